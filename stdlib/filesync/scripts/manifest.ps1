# stepwise: filesync/manifest look with windows/envelope
# A range of the folder's files as sorted lines `KIND BYTES TICKS PATH`: names, lengths, times and reparse tags (FindFirstFile), and names of
# streams (FindFirstStream). Never opens a file's content: that would recall a stub. KEEP IN STEP: manifest.h, which says what the lines mean.
# Windows PowerShell 5.1 with its C# 5 compiler. Never run against a real server: written from published documentation.
Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
public sealed class StepwiseRange {
    public StringBuilder Lines = new StringBuilder();
    public string Through;
    public int Count, Max;
    public bool IsFull;
}
public static class StepwiseManifest {
    struct Entry { public string Name; public char Kind; public long Length; public long Ticks; }
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern IntPtr FindFirstFile(string name, byte[] data);
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool FindNextFile(IntPtr find, byte[] data);
    [DllImport("kernel32.dll")]
    static extern bool FindClose(IntPtr find);
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
    static bool IsLeftOut(string name) {
        return name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase) || name.Equals("thumbs.db", StringComparison.OrdinalIgnoreCase) ||
            name.Equals("ehthumbs.db", StringComparison.OrdinalIgnoreCase) || (name.StartsWith("~$", StringComparison.Ordinal) && name.IndexOf('.') >= 0) ||
            EndsWith(name, ".laccdb") || EndsWith(name, ".tmp");
    }
    // More streams than the content and the mark of a download? Not known counts as unreadable.
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
    static Entry Read(string folder, byte[] data, string name) {
        Entry entry = new Entry();
        uint attributes = BitConverter.ToUInt32(data, 0);
        bool isReparse = (attributes & 0x400) != 0;
        uint tag = isReparse ? BitConverter.ToUInt32(data, 36) : 0;
        entry.Name = name;
        entry.Length = ((long)BitConverter.ToUInt32(data, 28) << 32) | BitConverter.ToUInt32(data, 32);
        entry.Ticks = BitConverter.ToInt64(data, 20);
        // 0x8000001E: tiered by sync; 0x90000027: its folders; 0x80000013: deduplicated, which is synced.
        bool isForeign = isReparse && tag != 0x8000001Eu && tag != 0x90000027u && tag != 0x80000013u;
        if (!IsSound(name)) { entry.Kind = 'u'; entry.Name = Uri.EscapeDataString(name.Normalize().Replace('\\', '?')); }
        else if (isForeign) { entry.Kind = 'r'; }
        else if ((attributes & 0x10) != 0) { entry.Kind = 'F'; }
        else if ((attributes & 0x4000) != 0) { entry.Kind = 'e'; }
        else if (IsLeftOut(name)) { entry.Kind = 'x'; }
        else { entry.Kind = tag == 0x8000001Eu ? 't' : 'f'; }
        return entry;
    }
    static void Add(StepwiseRange range, char kind, long length, long ticks, string path) {
        if (range.Count == range.Max) { range.IsFull = true; return; }
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
                    string name = Encoding.Unicode.GetString(data, 44, 520);
                    int end = name.IndexOf('\0');
                    name = end < 0 ? name : name.Substring(0, end);
                    if (name == "." || name == "..") { continue; }
                    if (relative.Length == 0 && (name.Equals("System Volume Information", StringComparison.OrdinalIgnoreCase) || name.Equals(".SystemShareInformation", StringComparison.OrdinalIgnoreCase))) { continue; }
                    Entry entry = Read(folder, data, name);
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
        foreach (Entry entry in entries) {
            if (range.IsFull) { return; }
            string path = relative.Length == 0 ? entry.Name : relative + "\\" + entry.Name;
            if (entry.Kind == 'F') { Walk(range, root, path, after); continue; }
            char kind = entry.Kind == 'f' && range.Count < range.Max ? StreamsOf("\\\\?\\" + root + "\\" + path, 'f') : entry.Kind;
            Add(range, kind, entry.Length, entry.Ticks, path);
        }
    }
    public static StepwiseRange Read(string root, string after, int max) {
        StepwiseRange range = new StepwiseRange();
        range.Max = max;
        Walk(range, root, "", after);
        if (!range.IsFull) { range.Through = null; }
        return range;
    }
}
'@

Write-StepwiseAnswer {
    param([object] $Call)
    $folder = ([string] $Call.path).TrimEnd('\')
    if (-not (Test-Path -LiteralPath $folder -PathType Container)) { throw 'Stepwise.NotFound: the folder is not there' }
    $range = [StepwiseManifest]::Read($folder, [string] $Call.after, [int] $Call.max)
    return [ordered] @{ lines = $range.Lines.ToString(); through = $range.Through; count = $range.Count }
}
