namespace Orrery.Storage;

/// <summary>What a key leads to in the file store.</summary>
internal enum FileNode
{
    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>A blob.</summary>
    Blob,

    /// <summary>A folder of blobs.</summary>
    Folder,

    /// <summary>A blob stands where the key needs a folder.</summary>
    Blocked,
}

/// <summary>Folders and files below a root. Never leaves it, follows no symbolic link below it.</summary>
internal sealed class FileTree(string root)
{
    private static readonly EnumerationOptions _all = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    private readonly Lock _folders = new();
    private int _creating;

    public string PathOf(string key) => key.Length == 0 ? root : Path.Combine(root, key);

    /// <summary>What the key leads to.</summary>
    /// <exception cref="IOException">A symbolic link is in the way.</exception>
    public FileNode Find(string key, out string path)
    {
        path = PathOf(key);
        var end = root.Length;
        while (end < path.Length)
        {
            var next = path.IndexOf(Path.DirectorySeparatorChar, end + 1);
            end = next < 0 ? path.Length : next;
            var here = path[..end];
            var attributes = new FileInfo(here).Attributes;
            if ((int)attributes == -1)
                return FileNode.Missing;
            if (attributes.HasFlag(FileAttributes.ReparsePoint))
                throw new IOException($"'{here}' is a symbolic link; the blob store follows none below its folder.");
            if (!attributes.HasFlag(FileAttributes.Directory))
                return end == path.Length ? FileNode.Blob : FileNode.Blocked;
        }

        return FileNode.Folder;
    }

    /// <summary>Puts a finished file in its place, durably.</summary>
    /// <exception cref="BlobConflictException">A folder is in its place, or a blob where it needs a folder.</exception>
    public void Publish(TempFile file, string key)
    {
        const int attempts = 16;
        for (var attempt = 1; ; attempt++)
        {
            if (Find(key, out var path) is FileNode.Folder or FileNode.Blocked)
                throw Conflict(key);
            var folder = Path.GetDirectoryName(path)!;
            CreateFolder(folder);
            try
            {
                file.MoveTo(path);
                Posix.FlushFolder(folder);
                return;
            }
            catch (Exception exception) when (attempt < attempts && exception is DirectoryNotFoundException or FileNotFoundException)
            {
                // Another caller deleted the folder's last blob, and the folder with it: make it again.
            }
        }
    }

    public static BlobConflictException Conflict(string key) =>
        new($"The key '{key}' is a folder of other blobs, or lies below a blob.");

    /// <summary>Removes a folder and those above it as long as they are empty, and makes durable what was removed.</summary>
    public void RemoveEmptyFolders(string folder)
    {
        lock (_folders)
        {
            while (folder.Length > root.Length && Posix.TryRemoveEmptyFolder(folder))
                folder = Path.GetDirectoryName(folder)!;
        }

        Posix.FlushFolder(folder);
    }

    /// <summary>Deletes all files below a folder, and the folders that are empty then.</summary>
    public long DeleteAll(string folder, CancellationToken cancel)
    {
        long deleted = 0;
        foreach (var entry in Entries(folder))
        {
            cancel.ThrowIfCancellationRequested();
            if (entry is DirectoryInfo)
            {
                deleted += DeleteAll(entry.FullName, cancel);
                continue;
            }

            entry.Delete();
            deleted++;
        }

        RemoveEmptyFolders(folder);
        return deleted;
    }

    /// <summary>Blobs whose key starts with the prefix, in the order of their keys.</summary>
    public IEnumerable<BlobInfo> List(string prefix)
    {
        var slash = prefix.LastIndexOf('/') + 1;
        var parent = prefix[..slash];
        return Find(parent.TrimEnd('/'), out _) == FileNode.Folder ? Walk(parent, prefix[slash..]) : [];
    }

    /// <summary>What is directly in a folder, in the order of the keys.</summary>
    public IEnumerable<(string Key, FileSystemInfo Entry)> ListFolder(string prefix) =>
        Find(prefix.TrimEnd('/'), out _) == FileNode.Folder ? Level(prefix, "") : [];

    private IEnumerable<BlobInfo> Walk(string parent, string begin)
    {
        foreach (var (key, entry) in Level(parent, begin))
        {
            if (entry is DirectoryInfo)
            {
                foreach (var blob in Walk(key + '/', ""))
                    yield return blob;
            }
            else if (SizeOf(entry) is { } size)
            {
                yield return new(key, size, Sha256: null) { PutAt = new DateTimeOffset(entry.LastWriteTimeUtc) };
            }
        }
    }

    private IEnumerable<(string Key, FileSystemInfo Entry)> Level(string parent, string begin) =>
        Entries(PathOf(parent))
            .Where(entry => entry.Name.StartsWith(begin, StringComparison.Ordinal))
            .Where(entry => parent.Length > 0 || entry.Name != BlobKey.Reserved)
            .OrderBy(entry => entry is DirectoryInfo ? entry.Name + '/' : entry.Name, Utf8Order.Instance)
            .Select(entry => (parent + entry.Name, entry));

    /// <summary>Null when it was deleted since it was listed.</summary>
    public static long? SizeOf(FileSystemInfo entry)
    {
        try
        {
            return ((FileInfo)entry).Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static List<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", _all)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>
    /// Creates missing folders and makes each durable. A folder that exists while another caller is creating some may not
    /// be durable yet, hence the count: it is raised before the first is made and lowered after the last is flushed.
    /// </summary>
    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder) && Volatile.Read(ref _creating) == 0)
            return;
        lock (_folders)
        {
            Interlocked.Increment(ref _creating);
            try
            {
                CreateDurably(folder);
            }
            finally
            {
                Interlocked.Decrement(ref _creating);
            }
        }
    }

    private void CreateDurably(string folder)
    {
        if (folder.Length <= root.Length || Directory.Exists(folder))
            return;
        var parent = Path.GetDirectoryName(folder)!;
        CreateDurably(parent);
        Directory.CreateDirectory(folder);
        Posix.FlushFolder(parent);
    }
}
