# stepwise: windows/volume part
# Walks over a volume by names, attributes and reparse tags (FindFirstFile) with allocated sizes (GetCompressedFileSize), and files that
# got a reparse point or were changed since a place in the change journal; a volume's room. Reads only; never opens a file's content: that would recall a stub.
# Windows PowerShell 5.1 with its C# 5 compiler. Never run against a real server: written from published documentation.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
public sealed class StepwiseFile {
    public string Path; public long Length; public long Allocated; public DateTime Changed;
}
public sealed class StepwiseWalk {
    public List<StepwiseFile> Tagged = new List<StepwiseFile>();
    public List<string> Unread = new List<string>();
    public long TaggedCount, TaggedLength, TaggedMissing, UnreadCount;
    public long Files, Folders, Length, Allocated;
    public DateTime Newest;
}
public static class StepwiseVolume {
    [StructLayout(LayoutKind.Sequential)]
    struct FileId { public uint Size; public int Type; public long Low; public long High; }
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern IntPtr FindFirstFile(string name, byte[] data);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool FindNextFile(IntPtr find, byte[] data);
    [DllImport("kernel32.dll")]
    static extern bool FindClose(IntPtr find);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern uint GetCompressedFileSize(string name, out uint high);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool GetVolumePathName(string file, StringBuilder volume, uint size);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool GetVolumeNameForVolumeMountPoint(string mount, StringBuilder volume, uint size);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr security, uint create, uint flags, IntPtr template);
    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool DeviceIoControl(SafeFileHandle handle, uint code, byte[] input, int inputSize, byte[] output, int outputSize, out int returned, IntPtr overlapped);
    [DllImport("kernel32.dll", SetLastError = true)]
    static extern SafeFileHandle OpenFileById(SafeFileHandle volume, ref FileId id, uint access, uint share, IntPtr security, uint flags);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern uint GetFinalPathNameByHandle(SafeFileHandle handle, StringBuilder path, uint size, uint flags);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool GetDiskFreeSpaceEx(string folder, out ulong mine, out ulong size, out ulong free);
    // Free bytes and size of the volume that a folder really lies on.
    public static long[] RoomOf(string folder) {
        ulong mine, size, free;
        if (!GetDiskFreeSpaceEx(RealOf(folder) + "\\", out mine, out size, out free)) { throw new Win32Exception(); }
        return new long[] { checked((long)free), checked((long)size) };
    }
    // A path behind junctions and short names, without \\?\: the walk meets real names only, on the volume where they lie.
    public static string RealOf(string path) {
        StringBuilder name = new StringBuilder(32768);
        string given = path.EndsWith(":", StringComparison.Ordinal) ? path + "\\" : path;
        using (SafeFileHandle folder = CreateFile(given, 0, 7, IntPtr.Zero, 3, 0x02000000, IntPtr.Zero)) {
            if (folder.IsInvalid) { throw new Win32Exception(); }
            uint length = GetFinalPathNameByHandle(folder, name, 32768, 0);
            if (length == 0 || length >= 32768) { throw new InvalidOperationException("the folder has no final name"); }
        }
        string real = name.ToString().TrimEnd('\\');
        return real.StartsWith("\\\\?\\", StringComparison.Ordinal) ? real.Substring(4) : real;
    }
    public static string RootOf(string path) {
        StringBuilder mount = new StringBuilder(4096);
        if (!GetVolumePathName(path, mount, 4096)) { throw new Win32Exception(); }
        return mount.ToString().TrimEnd('\\');
    }
    // Times on disk are whatever a program wrote; .NET throws on those before 1601 and behind 9999.
    public static DateTime TimeOf(long ticks) {
        return DateTime.FromFileTimeUtc(Math.Min(Math.Max(ticks, 0), 2650467743999999999L));
    }
    static long AllocatedOf(string path, long length) {
        uint high;
        uint low = GetCompressedFileSize(path, out high);
        if (low == 0xFFFFFFFFu && Marshal.GetLastWin32Error() != 0) { throw new Win32Exception(); }
        return ((long)high << 32) | low;
    }
    // WIN32_FIND_DATA: the name is 260 characters at 44.
    static string NameIn(byte[] data) {
        // Not by Encoding: it makes U+FFFD of half a pair, and no file has that name.
        char[] name = new char[260];
        Buffer.BlockCopy(data, 44, name, 0, 520);
        int end = Array.IndexOf(name, '\0');
        return new string(name, 0, end < 0 ? 260 : end);
    }
    static bool IsUnder(string path, string folder) {
        return path.Equals(folder, StringComparison.OrdinalIgnoreCase) || path.StartsWith(folder + "\\", StringComparison.OrdinalIgnoreCase);
    }
    // Every file below a root. Counts of files are those under `folder`; tagged files are those of the whole root.
    public static StepwiseWalk Walk(string root, string folder, uint tag, int max, bool withTagged) {
        StepwiseWalk walk = new StepwiseWalk();
        Stack<string> folders = new Stack<string>();
        folders.Push(root);
        while (folders.Count > 0) { ReadFolder(walk, folders, folders.Pop(), root, folder, tag, max, withTagged); }
        return walk;
    }
    static void ReadFolder(StepwiseWalk walk, Stack<string> folders, string at, string root, string folder, uint tag, int max, bool withTagged) {
        byte[] data = new byte[592];
        IntPtr find = FindFirstFile("\\\\?\\" + at + "\\*", data);
        if (find == new IntPtr(-1)) {
            if (Marshal.GetLastWin32Error() != 2) { NotRead(walk, at); }
            return;
        }
        try {
            do { ReadEntry(walk, folders, at, data, root, folder, tag, max, withTagged); } while (FindNextFile(find, data));
            if (Marshal.GetLastWin32Error() != 18) { NotRead(walk, at); }
        } finally { FindClose(find); }
    }
    static void NotRead(StepwiseWalk walk, string at) {
        walk.UnreadCount++;
        if (walk.Unread.Count < 50) { walk.Unread.Add(at); }
    }
    static void ReadEntry(StepwiseWalk walk, Stack<string> folders, string at, byte[] data, string root, string folder, uint tag, int max, bool withTagged) {
        uint attributes = BitConverter.ToUInt32(data, 0);
        string name = NameIn(data);
        if (name == "." || name == "..") { return; }
        string path = at + "\\" + name;
        bool isReparse = (attributes & 0x400) != 0;
        uint entryTag = isReparse ? BitConverter.ToUInt32(data, 36) : 0;
        if ((attributes & 0x10) != 0) {
            // The agent's own data; junctions and mount points lead out of the volume; folders of sync carry a tag of their own.
            if (at == root && name.Equals("System Volume Information", StringComparison.OrdinalIgnoreCase)) { return; }
            if (isReparse && entryTag != 0x90000027u) { return; }
            if (IsUnder(path, folder) && !path.Equals(folder, StringComparison.OrdinalIgnoreCase)) { walk.Folders++; }
            folders.Push(path);
            return;
        }
        bool isOurs = IsUnder(path, folder), isTagged = isReparse && entryTag == tag;
        if (!isOurs && !isTagged) { return; }
        long length = ((long)BitConverter.ToUInt32(data, 28) << 32) | BitConverter.ToUInt32(data, 32);
        long allocated;
        try { allocated = AllocatedOf("\\\\?\\" + path, length); } catch (Win32Exception) { NotRead(walk, path); return; }
        if (isOurs) { walk.Files++; walk.Length += length; walk.Allocated += allocated; }
        if (!isTagged || !withTagged) { return; }
        DateTime changed = TimeOf(BitConverter.ToInt64(data, 20));
        walk.TaggedCount++;
        walk.TaggedLength += length;
        walk.TaggedMissing += length > allocated ? length - allocated : 0;
        if (changed > walk.Newest) { walk.Newest = changed; }
        if (walk.Tagged.Count < max) {
            StepwiseFile file = new StepwiseFile();
            file.Path = path; file.Length = length; file.Allocated = allocated; file.Changed = changed;
            walk.Tagged.Add(file);
        }
    }
    // Files whose reparse point was changed since a place in the journal and that carry the tag now. Sync's own changes count.
    public static List<string> GetTagged(string path, ulong journalId, long since, long end, uint tag, int max, out bool isComplete) {
        List<string> tagged = new List<string>();
        HashSet<long> seen = new HashSet<long>();
        byte[] input = new byte[40], output = new byte[65536], data = new byte[592];
        StringBuilder volumeName = new StringBuilder(128), name = new StringBuilder(32768);
        isComplete = true;
        if (!GetVolumeNameForVolumeMountPoint(RootOf(RealOf(path)) + "\\", volumeName, 128)) { throw new Win32Exception(); }
        using (SafeFileHandle volume = CreateFile(volumeName.ToString().TrimEnd('\\'), 0x80000000, 7, IntPtr.Zero, 3, 0x02000000, IntPtr.Zero)) {
            if (volume.IsInvalid) { throw new Win32Exception(); }
            while (since < end) {
                int size;
                BitConverter.GetBytes(since).CopyTo(input, 0);
                BitConverter.GetBytes(0x00100000u).CopyTo(input, 8);
                BitConverter.GetBytes(journalId).CopyTo(input, 32);
                if (!DeviceIoControl(volume, 0x000900BB, input, input.Length, output, output.Length, out size, IntPtr.Zero)) { throw new Win32Exception(); }
                if (size <= 8) { break; }
                for (int at = 8; at + 60 <= size; at += BitConverter.ToInt32(output, at)) {
                    if (BitConverter.ToUInt16(output, at + 4) != 2) { throw new InvalidOperationException("a change record of another version"); }
                    if (BitConverter.ToInt32(output, at) < 60) { throw new InvalidOperationException("a change record is cut short"); }
                    FileId wanted = new FileId();
                    wanted.Size = 24; wanted.Low = BitConverter.ToInt64(output, at + 8);
                    if (!seen.Add(wanted.Low)) { continue; }
                    // 0x00200000 opens the reparse point itself: nothing is recalled. A file that is gone is no stub.
                    using (SafeFileHandle file = OpenFileById(volume, ref wanted, 0, 7, IntPtr.Zero, 0x02200000)) {
                        if (file.IsInvalid) { if (Marshal.GetLastWin32Error() != 87 && Marshal.GetLastWin32Error() != 2) { isComplete = false; } continue; }
                        name.Length = 0;
                        uint length = GetFinalPathNameByHandle(file, name, 32768, 0);
                        if (length == 0 || length >= 32768) { isComplete = false; continue; }
                    }
                    IntPtr find = FindFirstFile(name.ToString(), data);
                    if (find == new IntPtr(-1)) { isComplete = false; continue; }
                    FindClose(find);
                    if ((BitConverter.ToUInt32(data, 0) & 0x400) == 0 || BitConverter.ToUInt32(data, 36) != tag) { continue; }
                    string full = name.ToString();
                    tagged.Add(full.StartsWith("\\\\?\\", StringComparison.Ordinal) ? full.Substring(4) : full);
                    if (tagged.Count == max) { isComplete = false; return tagged; }
                }
                since = BitConverter.ToInt64(output, 0);
            }
        }
        return tagged;
    }
    // Files under a folder with a record since a time, but for those marked as data management (SourceInfo 1: tiering, which changes no
    // content). A folder that was moved or renamed since has one record for itself and none for what is in it: all of that counts.
    // Not complete: the oldest record is younger than that time, or something could not be read.
    public static List<StepwiseFile> GetChanged(string folder, ulong journalId, long first, long end, DateTime since, int max, out bool isComplete) {
        Changed changed = new Changed();
        HashSet<long> seen = new HashSet<long>();
        byte[] input = new byte[40], output = new byte[65536];
        StringBuilder volumeName = new StringBuilder(128);
        bool isFirst = true;
        changed.Folder = RealOf(folder); changed.Max = max; changed.IsComplete = true;
        if (!GetVolumeNameForVolumeMountPoint(RootOf(changed.Folder) + "\\", volumeName, 128)) { throw new Win32Exception(); }
        using (SafeFileHandle volume = CreateFile(volumeName.ToString().TrimEnd('\\'), 0x80000000, 7, IntPtr.Zero, 3, 0x02000000, IntPtr.Zero)) {
            if (volume.IsInvalid) { throw new Win32Exception(); }
            while (first < end && !changed.IsFull) {
                int size;
                BitConverter.GetBytes(first).CopyTo(input, 0);
                BitConverter.GetBytes(0xFFFFFFFFu).CopyTo(input, 8);
                BitConverter.GetBytes(journalId).CopyTo(input, 32);
                if (!DeviceIoControl(volume, 0x000900BB, input, input.Length, output, output.Length, out size, IntPtr.Zero)) { throw new Win32Exception(); }
                if (size <= 8) { break; }
                for (int at = 8; at + 60 <= size && !changed.IsFull; at += BitConverter.ToInt32(output, at)) {
                    if (BitConverter.ToUInt16(output, at + 4) != 2) { throw new InvalidOperationException("a change record of another version"); }
                    if (BitConverter.ToInt32(output, at) < 60) { throw new InvalidOperationException("a change record is cut short"); }
                    DateTime when = TimeOf(BitConverter.ToInt64(output, at + 32));
                    if (isFirst && when > since) { changed.IsComplete = false; }
                    isFirst = false;
                    if (when < since || BitConverter.ToUInt32(output, at + 44) == 1) { continue; }
                    bool isFolder = (BitConverter.ToUInt32(output, at + 52) & 0x10) != 0;
                    // 0x2000: it got this name.
                    if (isFolder && (BitConverter.ToUInt32(output, at + 40) & 0x2000) == 0) { continue; }
                    long id = BitConverter.ToInt64(output, at + 8);
                    if (seen.Add(id)) { AddChanged(changed, volume, id, isFolder); }
                }
                first = BitConverter.ToInt64(output, 0);
            }
        }
        isComplete = changed.IsComplete && !changed.IsFull;
        return changed.Files;
    }
    sealed class Changed {
        public List<StepwiseFile> Files = new List<StepwiseFile>();
        public HashSet<string> Names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        public string Folder;
        public int Max;
        public bool IsComplete, IsFull;
    }
    // What is gone meanwhile is left out: nothing of it can be lost.
    static void AddChanged(Changed changed, SafeFileHandle volume, long id, bool isFolder) {
        StringBuilder name = new StringBuilder(32768);
        FileId wanted = new FileId();
        wanted.Size = 24; wanted.Low = id;
        using (SafeFileHandle file = OpenFileById(volume, ref wanted, 0, 7, IntPtr.Zero, 0x02200000)) {
            if (file.IsInvalid) { if (Marshal.GetLastWin32Error() != 87 && Marshal.GetLastWin32Error() != 2) { changed.IsComplete = false; } return; }
            uint length = GetFinalPathNameByHandle(file, name, 32768, 0);
            if (length == 0 || length >= 32768) { changed.IsComplete = false; return; }
        }
        string path = name.ToString();
        if (path.StartsWith("\\\\?\\", StringComparison.Ordinal)) { path = path.Substring(4); }
        if (!IsUnder(path, changed.Folder)) { return; }
        if (isFolder) { AddBelow(changed, path); return; }
        byte[] data = new byte[592];
        IntPtr find = FindFirstFile("\\\\?\\" + path, data);
        if (find == new IntPtr(-1)) { changed.IsComplete = false; return; }
        FindClose(find);
        AddFile(changed, path, data);
    }
    static void AddFile(Changed changed, string path, byte[] data) {
        if (changed.IsFull || !changed.Names.Add(path)) { return; }
        if (changed.Files.Count == changed.Max) { changed.IsFull = true; return; }
        StepwiseFile file = new StepwiseFile();
        file.Path = path.Substring(changed.Folder.Length + 1);
        file.Length = ((long)BitConverter.ToUInt32(data, 28) << 32) | BitConverter.ToUInt32(data, 32);
        file.Changed = TimeOf(BitConverter.ToInt64(data, 20));
        changed.Files.Add(file);
    }
    static void AddBelow(Changed changed, string top) {
        Stack<string> folders = new Stack<string>();
        byte[] data = new byte[592];
        folders.Push(top);
        while (folders.Count > 0 && !changed.IsFull) {
            string at = folders.Pop();
            IntPtr find = FindFirstFile("\\\\?\\" + at + "\\*", data);
            if (find == new IntPtr(-1)) { changed.IsComplete = false; continue; }
            try {
                do {
                    string name = NameIn(data);
                    uint attributes = BitConverter.ToUInt32(data, 0);
                    uint tag = (attributes & 0x400) != 0 ? BitConverter.ToUInt32(data, 36) : 0;
                    if (name == "." || name == "..") { continue; }
                    if ((attributes & 0x10) == 0) { AddFile(changed, at + "\\" + name, data); }
                    else if (tag == 0 || tag == 0x90000027u) { folders.Push(at + "\\" + name); }
                } while (FindNextFile(find, data));
                if (Marshal.GetLastWin32Error() != 18) { changed.IsComplete = false; }
            } finally { FindClose(find); }
        }
    }
}
'@

# The reparse tag of a file whose content sync keeps in the cloud: IO_REPARSE_TAG_STORAGE_SYNC, 0x8000001E.
function Get-StepwiseTieredTag {
    return [uint32] 2147483678
}
