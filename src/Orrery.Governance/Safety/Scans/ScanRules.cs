namespace Orrery.Governance;

/// <summary>Names of what a scan finds. They are stable: acceptances and policies refer to them.</summary>
internal static class ScanRules
{
    /// <summary>Raised with every change of what is found: a package is scanned again under new rules.</summary>
    public const int Version = 2;

    public const string PickleImport = "pickle.import";
    public const string PickleHidden = "pickle.hidden_import";
    public const string PickleOutside = "pickle.outside_reference";
    public const string PickleComputedCall = "pickle.computed_call";
    public const string PickleCall = "pickle.call";
    public const string PickleUnreadable = "pickle.unreadable";
    public const string PickleTail = "pickle.tail";
    public const string PickleCode = "pickle.code";
    public const string CodeRefused = "code.not_allowed";
    public const string CodeOwn = "code.own";
    public const string CodeRisky = "code.risky";
    public const string OnnxExternal = "onnx.external_data";
    public const string OnnxDomain = "onnx.custom_operator";
    public const string OnnxSize = "onnx.size";
    public const string OnnxUnreadable = "onnx.unreadable";
    public const string ArchivePath = "archive.path";
    public const string ArchiveLink = "archive.link";
    public const string ArchiveBomb = "archive.bomb";
    public const string ArchiveUnreadable = "archive.unreadable";
    public const string TooMuch = "scan.too_much";
    public const string Executable = "file.executable";
    public const string Script = "file.script";
    public const string ActiveContent = "file.active_content";
    public const string Secret = "secret.";
    public const string Vulnerable = "dependency.vulnerable";
    public const string Unpinned = "dependency.unpinned";
}
