namespace Orrery.Governance;

/// <summary>Tells files by their first bytes.</summary>
internal static class FileKinds
{
    /// <summary>Bytes that are looked at.</summary>
    public const int HeadBytes = 512;

    private static readonly (byte[] Magic, FileKind Kind)[] Magics =
    [
        ("PK\x03\x04"u8.ToArray(), FileKind.Zip),
        ("PK\x05\x06"u8.ToArray(), FileKind.Zip),
        ([0x1f, 0x8b], FileKind.Gzip),
        ([0x93, .. "NUMPY"u8], FileKind.Numpy),
        ([0xfd, .. "7zXZ"u8, 0], FileKind.OtherCompression),
        ([0x04, 0x22, 0x4d, 0x18], FileKind.OtherCompression),
        ([0x28, 0xb5, 0x2f, 0xfd], FileKind.OtherCompression),
        ([0x5d, 0, 0], FileKind.OtherCompression),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], FileKind.OtherCompression),
        ("Rar!\x1a\x07"u8.ToArray(), FileKind.OtherCompression),
        ([0x7f, .. "ELF"u8], FileKind.Executable),
        ([0xfe, 0xed, 0xfa, 0xce], FileKind.Executable),
        ([0xfe, 0xed, 0xfa, 0xcf], FileKind.Executable),
        ([0xce, 0xfa, 0xed, 0xfe], FileKind.Executable),
        ([0xcf, 0xfa, 0xed, 0xfe], FileKind.Executable),
        ([0xca, 0xfe, 0xba, 0xbe], FileKind.Executable),
        ("\0asm"u8.ToArray(), FileKind.Executable),
        ("#!"u8.ToArray(), FileKind.Script),
    ];

    private static readonly HashSet<string> PickleEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".pkl", ".pickle", ".joblib", ".sav", ".pck", ".dill", ".cloudpickle", ".pt", ".pth",
    };

    private static readonly HashSet<string> ScriptEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".sh", ".bash", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".mjs", ".jse", ".wsf", ".hta", ".pl", ".rb", ".php", ".lua", ".jar",
    };

    private static readonly HashSet<string> ExecutableEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".so", ".dll", ".exe", ".dylib", ".pyd", ".pyc", ".pyo", ".msi", ".com", ".scr", ".whl", ".egg",
    };

    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        foreach (var (magic, kind) in Magics)
        {
            if (head.StartsWith(magic))
                return kind;
        }

        if (head.StartsWith("BZh"u8) && head.Length >= 10 && head[4..10].SequenceEqual((ReadOnlySpan<byte>)[0x31, 0x41, 0x59, 0x26, 0x53, 0x59]))
            return FileKind.OtherCompression;
        if (head.Length >= 2 && head[0] == 0x78 && head[1] is 0x01 or 0x5e or 0x9c or 0xda && ((head[0] << 8) + head[1]) % 31 == 0)
            return FileKind.Zlib;
        if (head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8))
            return FileKind.Tar;
        // "MZ" is two letters; the rest of the header of a program for Windows is not text.
        return head.StartsWith("MZ"u8) && head.Contains((byte)0) ? FileKind.Executable : FileKind.Other;
    }

    public static bool IsPickleByName(string path) => PickleEndings.Contains(Ending(path));

    public static bool IsScriptByName(string path) => ScriptEndings.Contains(Ending(path));

    public static bool IsExecutableByName(string path) =>
        ExecutableEndings.Contains(Ending(path)) || System.Text.RegularExpressions.Regex.IsMatch(path, @"\.so\.[0-9.]+$", System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    public static string Ending(string path) => Path.GetExtension(path);
}
