# stepwise: windows/native part
# What no cmdlet tells: the volume's change journal (FSCTL_QUERY_USN_JOURNAL, FSCTL_READ_USN_JOURNAL), when a registry key was
# written (RegQueryInfoKey), the server service's counters (NetStatisticsGet), where a path really lies (GetFinalPathNameByHandle). Reads only.
# Windows PowerShell 5.1 with its C# 5 compiler. Never run against a real server: written from published documentation.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32;
using Microsoft.Win32.SafeHandles;
public sealed class StepwiseJournal {
    public ulong Id; public long First; public long Next;
}
public sealed class StepwiseChange {
    public long Usn; public string Path; public uint Reason; public bool BySync;
}
public static class StepwiseNative {
    const uint QueryJournal = 0x000900F4, ReadJournal = 0x000900BB;
    [StructLayout(LayoutKind.Sequential)]
    struct FileId { public uint Size; public int Type; public long Low; public long High; }
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr security, uint create, uint flags, IntPtr template);
    [DllImport("kernel32.dll", SetLastError = true)]
    static extern bool DeviceIoControl(SafeFileHandle handle, uint code, byte[] input, int inputSize, byte[] output, int outputSize, out int returned, IntPtr overlapped);
    [DllImport("kernel32.dll", SetLastError = true)]
    static extern SafeFileHandle OpenFileById(SafeFileHandle volume, ref FileId id, uint access, uint share, IntPtr security, uint flags);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern uint GetFinalPathNameByHandle(SafeFileHandle handle, StringBuilder path, uint size, uint flags);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode)]
    static extern int RegQueryInfoKey(SafeRegistryHandle key, IntPtr a, IntPtr b, IntPtr c, IntPtr d, IntPtr e, IntPtr f, IntPtr g, IntPtr h, IntPtr i, IntPtr j, out long written);
    [DllImport("netapi32.dll", CharSet = CharSet.Unicode)]
    static extern int NetStatisticsGet(string server, string service, int level, int options, out IntPtr buffer);
    [DllImport("netapi32.dll")]
    static extern int NetApiBufferFree(IntPtr buffer);
    static SafeFileHandle Open(string name, uint access) {
        SafeFileHandle handle = CreateFile(name, access, 7, IntPtr.Zero, 3, 0x02000000, IntPtr.Zero);
        if (handle.IsInvalid) { throw new Win32Exception(); }
        return handle;
    }
    // Where a folder or file really lies, as \\?\Volume{...}\..., without a '\' at its end.
    public static string GetRealPath(string path) {
        using (SafeFileHandle handle = Open(path.EndsWith(":", StringComparison.Ordinal) ? path + "\\" : path, 0)) {
            string real = FinalPath(handle);
            if (real == null || real.IndexOf('}') < 0) { throw new InvalidOperationException("the path has no final name"); }
            return real;
        }
    }
    // The volume that a path really leads to: a junction's own volume would be the wrong one.
    static SafeFileHandle Volume(string path) {
        string real = GetRealPath(path);
        return Open(real.Substring(0, real.IndexOf('}') + 1), 0x80000000);
    }
    static string FinalPath(SafeFileHandle handle) {
        StringBuilder path = new StringBuilder(32768);
        uint length = GetFinalPathNameByHandle(handle, path, 32768, 1);
        return length == 0 || length >= 32768 ? null : path.ToString().TrimEnd('\\');
    }
    static StepwiseJournal Query(SafeFileHandle volume) {
        byte[] data = new byte[80];
        int size;
        if (!DeviceIoControl(volume, QueryJournal, null, 0, data, data.Length, out size, IntPtr.Zero)) { throw new Win32Exception(); }
        StepwiseJournal journal = new StepwiseJournal();
        journal.Id = BitConverter.ToUInt64(data, 0);
        journal.First = BitConverter.ToInt64(data, 8);
        journal.Next = BitConverter.ToInt64(data, 16);
        return journal;
    }
    public static StepwiseJournal GetJournal(string path) {
        using (SafeFileHandle volume = Volume(path)) { return Query(volume); }
    }
    // A folder that is gone can't be named: null, and the caller must count its files as ours.
    static string FolderOf(SafeFileHandle volume, long id, Dictionary<long, string> known) {
        string path;
        if (known.TryGetValue(id, out path)) { return path; }
        FileId wanted = new FileId();
        wanted.Size = 24; wanted.Low = id;
        using (SafeFileHandle folder = OpenFileById(volume, ref wanted, 0, 7, IntPtr.Zero, 0x02000000)) {
            path = folder.IsInvalid ? null : FinalPath(folder);
        }
        known[id] = path;
        return path;
    }
    // Changes under a folder. Left out is only what is marked as data management (SourceInfo 1): tiering, which by its definition
    // changes no content. Replication (4, 8) is not: DFS Replication marks its writes so too, and they are new content.
    public static List<StepwiseChange> GetChanges(string folder, ulong journalId, long since, int max, out bool isComplete) {
        List<StepwiseChange> changes = new List<StepwiseChange>();
        Dictionary<long, string> known = new Dictionary<long, string>();
        byte[] input = new byte[40], output = new byte[65536];
        isComplete = true;
        string root = GetRealPath(folder);
        using (SafeFileHandle volume = Volume(folder)) {
            long end = Query(volume).Next;
            while (since < end) {
                int size;
                BitConverter.GetBytes(since).CopyTo(input, 0);
                BitConverter.GetBytes(0xFFFFFFFFu).CopyTo(input, 8);
                BitConverter.GetBytes(journalId).CopyTo(input, 32);
                if (!DeviceIoControl(volume, ReadJournal, input, input.Length, output, output.Length, out size, IntPtr.Zero)) { throw new Win32Exception(); }
                if (size <= 8) { break; }
                for (int at = 8; at + 60 <= size; at += BitConverter.ToInt32(output, at)) {
                    if (BitConverter.ToUInt16(output, at + 4) != 2) { throw new InvalidOperationException("a change record of another version"); }
                    if (BitConverter.ToInt32(output, at) < 60) { throw new InvalidOperationException("a change record is cut short"); }
                    uint source = BitConverter.ToUInt32(output, at + 44);
                    if (source == 1) { continue; }
                    string parent = FolderOf(volume, BitConverter.ToInt64(output, at + 16), known);
                    bool isUnder = parent == null || parent.Equals(root, StringComparison.OrdinalIgnoreCase) || parent.StartsWith(root + "\\", StringComparison.OrdinalIgnoreCase);
                    if (!isUnder) { continue; }
                    if (changes.Count == max) { isComplete = false; return changes; }
                    string name = Encoding.Unicode.GetString(output, at + BitConverter.ToUInt16(output, at + 58), BitConverter.ToUInt16(output, at + 56));
                    string below = parent == null ? "(a folder that is gone)" : parent.Substring(root.Length).TrimStart('\\');
                    StepwiseChange change = new StepwiseChange();
                    change.Usn = BitConverter.ToInt64(output, at + 24);
                    change.Reason = BitConverter.ToUInt32(output, at + 40);
                    change.Path = below.Length == 0 ? name : below + "\\" + name;
                    changes.Add(change);
                }
                since = BitConverter.ToInt64(output, 0);
            }
        }
        return changes;
    }
    public static DateTime GetWritten(RegistryKey key) {
        long written;
        int error = RegQueryInfoKey(key.Handle, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out written);
        if (error != 0) { throw new Win32Exception(error); }
        return DateTime.FromFileTimeUtc(written);
    }
    // STAT_SERVER_0: start of the service in seconds since 1970, files opened, ..., sessions started.
    public static uint[] GetServerStatistics() {
        IntPtr buffer;
        int error = NetStatisticsGet(null, "LanmanServer", 0, 0, out buffer);
        if (error != 0) { throw new Win32Exception(error); }
        uint[] numbers = new uint[5];
        for (int i = 0; i < 5; i++) { numbers[i] = (uint)Marshal.ReadInt32(buffer, 4 * i); }
        NetApiBufferFree(buffer);
        return numbers;
    }
}
'@

# Where the change journal of a path's volume stands; null where there is none.
function Get-StepwiseJournal {
    param([string] $Path)
    try {
        $journal = [StepwiseNative]::GetJournal($Path)
        return [ordered] @{ journal_id = [string] $journal.Id; first_usn = $journal.First; next_usn = $journal.Next }
    } catch {
        return $null
    }
}
