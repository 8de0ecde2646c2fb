# stepwise: filesync/files part
# Files of a folder: a range of them as sorted lines, and those that sync never uploads. By names, lengths, times and reparse tags
# (FindFirstFile), names of streams (FindFirstStream) and the number of names (GetFileInformationByHandle); never reads a file's
# content: that would recall a stub. Paths are given to Windows as \\?\..., which knows no limit of 260 characters; Get-ChildItem does
# so only with a newer .NET. What sync skips: Microsoft Learn, 'Planning for an Azure File Sync deployment'.
# KEEP IN STEP: manifest.h, which says what the lines mean.
# Windows PowerShell 5.1 with its C# 5 compiler. Never run against a real server: written from published documentation.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
public sealed class StepwiseLeft {
    public string Path; public long Length; public DateTime Changed; public string Why;
}
public sealed class StepwiseLeftovers {
    public List<StepwiseLeft> Files = new List<StepwiseLeft>();
    public List<string> Unread = new List<string>();
    public long Count, Bytes, UnreadCount;
    public DateTime Newest;
}
public sealed class StepwiseRange {
    public StringBuilder Lines = new StringBuilder();
    public string Through;
    public int Count, Max;
    public bool IsFull;
}
public static class StepwiseFiles {
    const int MaxCharacters = 3000000;
    struct Entry { public string Name; public char Kind; public long Length; public long Ticks; }
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern IntPtr FindFirstFile(string name, byte[] data);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool FindNextFile(IntPtr find, byte[] data);
    [DllImport("kernel32.dll")]
    static extern bool FindClose(IntPtr find);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr security, uint create, uint flags, IntPtr template);
    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool GetFileInformationByHandle(SafeFileHandle file, byte[] data);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern IntPtr FindFirstStreamW(string name, int level, byte[] data, uint flags);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool FindNextStreamW(IntPtr find, byte[] data);
    static bool IsPairEven(int c) {
        return (c >= 0x100 && c <= 0x12f) || (c >= 0x132 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
            (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) || (c >= 0x4d0 && c <= 0x52f);
    }
    static int Upper(int c) {
        if (c < 0x80) { return c >= 'a' && c <= 'z' ? c - 0x20 : c; }
        if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) || (c >= 0x3b1 && c <= 0x3c9 && c != 0x3c2) || (c >= 0x430 && c <= 0x44f)) { return c - 0x20; }
        if (c >= 0x450 && c <= 0x45f) { return c - 0x50; }
        if (c == 0xff) { return 0x178; }
        if (IsPairEven(c)) { return c & ~1; }
        return ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)) && (c & 1) == 0 ? c - 1 : c;
    }
    static int PointAt(string text, ref int at) {
        int point = text[at];
        if (Char.IsSurrogatePair(text, at)) { point = Char.ConvertToUtf32(text, at); at++; }
        at++;
        return point == '\\' ? 0 : Upper(point);
    }
    // Of names or of whole paths: the end of a folder's name sorts before any other character.
    public static int Compare(string a, string b) {
        int i = 0, k = 0;
        while (i < a.Length && k < b.Length) {
            int x = PointAt(a, ref i), y = PointAt(b, ref k);
            if (x != y) { return x < y ? -1 : 1; }
        }
        return i < a.Length ? 1 : k < b.Length ? -1 : 0;
    }
    static bool IsBelow(string path, string folder) {
        return path.Length > folder.Length && path[folder.Length] == '\\' && Compare(path.Substring(0, folder.Length), folder) == 0;
    }
    static bool IsSound(string name) {
        for (int i = 0; i < name.Length; i++) {
            if (name[i] < ' ') { return false; }
            if (Char.IsSurrogatePair(name, i)) { i++; continue; }
            if (Char.IsSurrogate(name[i])) { return false; }
        }
        return true;
    }
    static bool EndsWith(string name, string end) { return name.EndsWith(end, StringComparison.OrdinalIgnoreCase); }
    // What sync skips by name; "~$*.*" is taken as Windows takes such a pattern, with or without a dot.
    static bool IsLeftOut(string name) {
        return name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase) || name.Equals("thumbs.db", StringComparison.OrdinalIgnoreCase) ||
            name.Equals("ehthumbs.db", StringComparison.OrdinalIgnoreCase) || name.Equals("pagefile.sys", StringComparison.OrdinalIgnoreCase) ||
            name.StartsWith("~$", StringComparison.Ordinal) || EndsWith(name, ".laccdb") || EndsWith(name, ".tmp");
    }
    // The volume's and the agent's own: nobody's data.
    static bool IsAgents(string name, bool isTop) {
        return name.StartsWith("635D02A9D91C401B97884B82B3BCDAEA.", StringComparison.OrdinalIgnoreCase) || (isTop &&
            (name.Equals("System Volume Information", StringComparison.OrdinalIgnoreCase) || name.Equals(".SystemShareInformation", StringComparison.OrdinalIgnoreCase) ||
            name.Equals("SyncShareState", StringComparison.OrdinalIgnoreCase)));
    }
    // In the bin of a volume whose root is synced: skipped with all that is in it.
    static bool IsInBin(string relative) { return relative.StartsWith("$RECYCLE.BIN\\", StringComparison.OrdinalIgnoreCase); }
    // BY_HANDLE_FILE_INFORMATION: the number of names is at 40. 0x00200000 opens a stub itself; 0: attributes only.
    static int NamesOf(string path) {
        byte[] data = new byte[52];
        using (SafeFileHandle file = CreateFile(path, 0, 7, IntPtr.Zero, 3, 0x02200000, IntPtr.Zero)) {
            return file.IsInvalid || !GetFileInformationByHandle(file, data) ? -1 : BitConverter.ToInt32(data, 40);
        }
    }
    // Is it more than sync takes of it? 'a': more streams than the content and the mark of a download; 'h': more than one name (a hard
    // link is skipped, the vendor says, and not which of the names). Not known counts as unreadable.
    static char WholeOf(string path, char kind) {
        char streams = StreamsOf(path, kind);
        if (streams != kind) { return streams; }
        int names = NamesOf(path);
        return names == 1 ? kind : names > 1 ? 'h' : 'u';
    }
    static char StreamsOf(string path, char kind) {
        byte[] data = new byte[600];
        IntPtr find = FindFirstStreamW(path, 0, data, 0);
        if (find == new IntPtr(-1)) { return Marshal.GetLastWin32Error() == 38 ? kind : 'u'; }
        try {
            do {
                string name = Encoding.Unicode.GetString(data, 8, 592);
                int end = name.IndexOf('\0');
                name = end < 0 ? name : name.Substring(0, end);
                if (name != "::$DATA" && name != ":Zone.Identifier:$DATA") { return 'a'; }
            } while (FindNextStreamW(find, data));
            return Marshal.GetLastWin32Error() == 38 ? kind : 'u';
        } finally { FindClose(find); }
    }
    // WIN32_FIND_DATA: attributes at 0, last write at 20, length at 28 (high half first), reparse tag at 36, name at 44.
    static char KindOf(byte[] data, string name) {
        uint attributes = BitConverter.ToUInt32(data, 0);
        uint tag = (attributes & 0x400) != 0 ? BitConverter.ToUInt32(data, 36) : 0;
        // 0x8000001E: tiered by sync; 0x90000027: its folders; 0x80000013: deduplicated, which is synced.
        if ((attributes & 0x400) != 0 && tag != 0x8000001Eu && tag != 0x90000027u && tag != 0x80000013u) { return 'r'; }
        if ((attributes & 0x10) != 0) { return 'F'; }
        if ((attributes & 0x4000) != 0) { return 'e'; }
        if (IsLeftOut(name)) { return 'x'; }
        return tag == 0x8000001Eu ? 't' : 'f';
    }
    static string NameIn(byte[] data) {
        // Not by Encoding: it makes U+FFFD of half a pair, and no file has that name.
        char[] name = new char[260];
        Buffer.BlockCopy(data, 44, name, 0, 520);
        int end = Array.IndexOf(name, '\0');
        return new string(name, 0, end < 0 ? 260 : end);
    }
    static long LengthIn(byte[] data) { return ((long)BitConverter.ToUInt32(data, 28) << 32) | BitConverter.ToUInt32(data, 32); }
    // A name that no line can hold: control characters and half pairs are written as %XXXX.
    static string Spelled(string name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.Length; i++) {
            if (Char.IsSurrogatePair(name, i)) { text.Append(name, i, 2); i++; }
            else if (name[i] < ' ' || Char.IsSurrogate(name[i])) { text.Append('%').Append(((int)name[i]).ToString("X4", CultureInfo.InvariantCulture)); }
            else { text.Append(name[i]); }
        }
        return text.ToString();
    }
    static Entry Read(byte[] data, string name) {
        Entry entry = new Entry();
        entry.Name = name;
        entry.Kind = KindOf(data, name);
        entry.Length = LengthIn(data);
        entry.Ticks = BitConverter.ToInt64(data, 20);
        if (!IsSound(name)) { entry.Kind = 'u'; entry.Name = Spelled(name); }
        return entry;
    }
    static void Add(StepwiseRange range, char kind, long length, long ticks, string path) {
        // Full, too, before the answer grows beyond what is read of it; one line is always taken, or a range would never end.
        if (range.Count == range.Max || (range.Count > 0 && range.Lines.Length > MaxCharacters)) { range.IsFull = true; return; }
        range.Lines.Append(kind).Append(' ').Append(length.ToString(CultureInfo.InvariantCulture)).Append(' ');
        range.Lines.Append(Math.Max(0, ticks).ToString(CultureInfo.InvariantCulture)).Append(' ').Append(path).Append('\n');
        range.Count++;
        range.Through = path;
    }
    static void Walk(StepwiseRange range, string root, string relative, string after) {
        string folder = "\\\\?\\" + root + (relative.Length == 0 ? "" : "\\" + relative);
        List<Entry> entries = new List<Entry>();
        byte[] data = new byte[592];
        IntPtr find = FindFirstFile(folder + "\\*", data);
        bool isRead = find != new IntPtr(-1);
        if (isRead) {
            try {
                do {
                    string name = NameIn(data);
                    if (name == "." || name == ".." || IsAgents(name, relative.Length == 0)) { continue; }
                    Entry entry = Read(data, name);
                    string path = relative.Length == 0 ? entry.Name : relative + "\\" + entry.Name;
                    int order = Compare(path, after);
                    if (order > 0 || (entry.Kind == 'F' && (order == 0 || IsBelow(after, path)))) { entries.Add(entry); }
                } while (FindNextFile(find, data));
                isRead = Marshal.GetLastWin32Error() == 18;
            } finally { FindClose(find); }
        }
        // A folder that can't be read is told by its own path, once, before all that would be in it.
        string self = relative.Length == 0 ? "." : relative;
        if (!isRead) {
            if (Compare(self, after) > 0) { Add(range, 'u', 0, 0, self); }
            return;
        }
        entries.Sort(delegate(Entry a, Entry b) { return Compare(a.Name, b.Name); });
        for (int i = 0; i < entries.Count; i++) {
            if (range.IsFull) { return; }
            Entry entry = entries[i];
            // Names that differ in case only (a folder may be told to mind it) can't be told apart by who compares: one line for all of
            // them, or the end of a range between them would leave one out.
            bool isTwin = false;
            while (i + 1 < entries.Count && Compare(entry.Name, entries[i + 1].Name) == 0) { isTwin = true; i++; }
            if (isTwin) { entry.Kind = 'u'; }
            string path = relative.Length == 0 ? entry.Name : relative + "\\" + entry.Name;
            if (entry.Kind == 'F') { Walk(range, root, path, after); continue; }
            char kind = entry.Kind != 'u' && IsInBin(path) ? 'x' : entry.Kind;
            if (kind == 'f' && range.Count < range.Max) { kind = WholeOf("\\\\?\\" + root + "\\" + path, 'f'); }
            Add(range, kind == 'h' ? 'a' : kind, entry.Length, entry.Ticks, path);
        }
    }
    public static StepwiseRange Read(string root, string after, int max) {
        StepwiseRange range = new StepwiseRange();
        range.Max = max;
        Walk(range, root, "", after);
        if (!range.IsFull) { range.Through = null; }
        return range;
    }
    static void LeaveOut(StepwiseLeftovers left, string root, string path, byte[] data, char kind, int max) {
        long ticks = Math.Min(Math.Max(BitConverter.ToInt64(data, 20), 0), 2650467743999999999L);
        bool isFolder = (BitConverter.ToUInt32(data, 0) & 0x10) != 0;
        StepwiseLeft file = new StepwiseLeft();
        file.Path = Spelled(path.Substring(root.Length + 1));
        file.Length = isFolder ? 0 : LengthIn(data);
        file.Changed = DateTime.FromFileTimeUtc(ticks);
        file.Why = kind == 'x' ? "name" : kind == 'e' ? "efs" : kind == 'r' ? "reparse" : kind == 'h' ? "links" : "ads";
        left.Count++;
        left.Bytes += file.Length;
        if (file.Changed > left.Newest) { left.Newest = file.Changed; }
        if (left.Files.Count < max) { left.Files.Add(file); }
    }
    static void NotRead(StepwiseLeftovers left, string path) {
        left.UnreadCount++;
        if (left.Unread.Count < 50) { left.Unread.Add(Spelled(path)); }
    }
    // All that sync never uploads, or not all of it.
    public static StepwiseLeftovers GetLeftovers(string root, int max) {
        StepwiseLeftovers left = new StepwiseLeftovers();
        Stack<string> folders = new Stack<string>();
        byte[] data = new byte[592];
        folders.Push(root);
        while (folders.Count > 0) {
            string at = folders.Pop();
            IntPtr find = FindFirstFile("\\\\?\\" + at + "\\*", data);
            if (find == new IntPtr(-1)) { NotRead(left, at); continue; }
            try {
                do {
                    string name = NameIn(data), path = at + "\\" + name;
                    if (name == "." || name == ".." || IsAgents(name, at == root)) { continue; }
                    char kind = KindOf(data, name);
                    if (kind == 'F') { folders.Push(path); continue; }
                    if (IsInBin(path.Substring(root.Length + 1))) { kind = 'x'; }
                    if (kind == 'f' || kind == 't') { kind = WholeOf("\\\\?\\" + path, kind); }
                    if (kind == 'u') { NotRead(left, path); }
                    else if (kind != 'f' && kind != 't') { LeaveOut(left, root, path, data, kind, max); }
                } while (FindNextFile(find, data));
                if (Marshal.GetLastWin32Error() != 18) { NotRead(left, at); }
            } finally { FindClose(find); }
        }
        return left;
    }
}
'@

# The folder of a call, without a '\' at its end; it must be there.
function Get-StepwiseFolder {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    if ($folder -eq '' -or -not (Test-Path -LiteralPath ($folder + '\') -PathType Container)) { throw 'Stepwise.NotFound: the folder is not there' }
    return $folder
}
