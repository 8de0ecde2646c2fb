/* Calls the C# of the scripts, against the stand-in of kernel32.c, and says what came out. */
using System;
using System.Collections.Generic;
public static class Harness {
    static string Ticks(DateTime time) { return time.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture); }
    static void Manifest(string root, string after, int max) {
        StepwiseRange range = StepwiseFiles.Read(root, after, max);
        Console.Write(range.Lines.ToString());
        Console.WriteLine("through {0}, {1} lines", range.Through == null ? "the end" : "'" + range.Through + "'", range.Count);
    }
    static void Left(string root, int max) {
        StepwiseLeftovers left = StepwiseFiles.GetLeftovers(root, max);
        foreach (StepwiseLeft file in left.Files) { Console.WriteLine("{0} {1} {2} {3}", file.Why, file.Length, Ticks(file.Changed), file.Path); }
        foreach (string path in left.Unread) { Console.WriteLine("unread {0}", path); }
        Console.WriteLine("{0} files, {1} bytes, {2} unread", left.Count, left.Bytes, left.UnreadCount);
    }
    static void Scan(string folder) {
        string real = StepwiseVolume.RealOf(folder);
        StepwiseWalk walk = StepwiseVolume.Walk(StepwiseVolume.RootOf(real), real, 0x8000001Eu, 10, true);
        foreach (StepwiseFile file in walk.Tagged) { Console.WriteLine("tiered {0} {1}", file.Length, file.Path); }
        foreach (string path in walk.Unread) { Console.WriteLine("unread {0}", path); }
        Console.WriteLine("{0} of {1} files tiered, {2} bytes missing, {3} allocated here", walk.TaggedCount, walk.Files, walk.TaggedMissing, walk.Allocated);
        Console.WriteLine("room {0} of {1}", StepwiseVolume.RoomOf(folder)[0], StepwiseVolume.RoomOf(folder)[1]);
    }
    static void Journal(string folder, long since, int max) {
        StepwiseJournal journal = StepwiseNative.GetJournal(folder);
        bool isComplete;
        Console.WriteLine("journal {0} from {1} to {2} at {3}", journal.Id, journal.First, journal.Next, StepwiseNative.GetRealPath(folder));
        foreach (StepwiseChange change in StepwiseNative.GetChanges(folder, journal.Id, since, max, out isComplete)) {
            Console.WriteLine("changed {0} 0x{1:x8} {2}", change.Usn, change.Reason, change.Path);
        }
        Console.WriteLine("complete: {0}", isComplete);
        foreach (string path in StepwiseVolume.GetTagged(folder, journal.Id, since, journal.Next, 0x8000001Eu, max, out isComplete)) { Console.WriteLine("tagged {0}", path); }
        Console.WriteLine("complete: {0}", isComplete);
    }
    static void Since(string folder, DateTime since, int max) {
        bool isComplete;
        foreach (StepwiseFile file in StepwiseVolume.GetChanged(folder, 7, 100, 580, since, max, out isComplete)) { Console.WriteLine("{0} {1}", file.Length, file.Path); }
        Console.WriteLine("complete: {0}", isComplete);
    }
    static void Order(string path) {
        string[] names = System.IO.File.ReadAllLines(path);
        for (int i = 0; i < names.Length; i++) {
            for (int k = 0; k < names.Length; k++) {
                int order = StepwiseFiles.Compare(names[i], names[k]);
                if (order != i.CompareTo(k)) { Console.WriteLine("'{0}' and '{1}': {2}", names[i], names[k], order); }
            }
        }
        Console.WriteLine("{0} names", names.Length);
    }
    public static void Main(string[] words) {
        DateTime at = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        if (words[0] == "manifest") { Manifest(words[1], words[2], int.Parse(words[3])); }
        if (words[0] == "left") { Left(words[1], int.Parse(words[2])); }
        if (words[0] == "scan") { Scan(words[1]); }
        if (words[0] == "journal") { Journal(words[1], long.Parse(words[2]), int.Parse(words[3])); }
        if (words[0] == "since") { Since(words[1], at.AddTicks(long.Parse(words[2])), int.Parse(words[3])); }
        if (words[0] == "order") { Order(words[1]); }
    }
}
