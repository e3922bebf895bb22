using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>Entity rows that came as a file, until an engine takes it over. Disposing it deletes what was not taken.</summary>
internal sealed class RequestFile : IDisposable
{
    private readonly string _path;

    private RequestFile(string path, bool isCsv)
    {
        _path = path;
        IsCsv = isCsv;
    }

    public bool IsCsv { get; }

    public string Extension => IsCsv ? ".csv" : ".parquet";

    public static RequestFile Create(FeatureFolders folders, WorkspaceId workspace, bool isCsv)
    {
        var folder = Directory.CreateDirectory(Path.Combine(folders.Temporary(workspace), "uploads")).FullName;
        return new(Path.Combine(folder, Path.GetRandomFileName()), isCsv);
    }

    public FileStream OpenWrite() => new(_path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);

    public FileStream OpenRead() => new(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);

    /// <summary>Its path in a request's folder, to which it is linked: the file itself stays for a job.</summary>
    public string PathIn(DuckLease lease)
    {
        var path = Path.Combine(lease.Scratch, "entities" + Extension);
        if (!File.Exists(path) && !Storage.FileLinks.TryLink(_path, path))
            File.Copy(_path, path);
        return path;
    }

    /// <summary>As entity rows in a request's folder.</summary>
    public EntityFile In(DuckLease lease) => new(PathIn(lease), IsCsv);

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_path);
}
