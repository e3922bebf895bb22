using System.Globalization;

namespace Orrery.Cli;

/// <summary>A folder for files on their way; gone at the end. Lies where the system keeps temporary files (<c>TMPDIR</c>).</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orrery-copy-");
    private long _places;

    public string NewPlace() =>
        Path.Combine(_folder.FullName, Interlocked.Increment(ref _places).ToString(CultureInfo.InvariantCulture));

    public void Dispose() => _folder.Delete(recursive: true);
}
