namespace Orrery.Governance;

/// <summary>What a file is by its content, whatever it is called.</summary>
internal enum FileKind
{
    Other,
    Zip,
    Tar,
    Gzip,
    Zlib,
    OtherCompression,
    Numpy,
    Executable,
    Script,
}
