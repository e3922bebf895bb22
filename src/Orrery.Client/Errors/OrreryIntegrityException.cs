namespace Orrery.Client;

/// <summary>A file that arrived is not the file that was sent.</summary>
public sealed class OrreryIntegrityException : Exception
{
    /// <summary>A damaged file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="found">What it is.</param>
    public OrreryIntegrityException(string path, string expected, string found)
        : base($"The file '{path}' was damaged on its way: expected {expected}, found {found}.")
    {
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }
}
