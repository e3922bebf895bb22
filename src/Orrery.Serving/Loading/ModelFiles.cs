using System.Security.Cryptography;
using Orrery.Registry;
using Orrery.Storage;

namespace Orrery.Serving;

/// <summary>
/// Copies of packages on this server's disk, by the hash of the package: a version whose files are here is loaded without the blob store, and a copy whose
/// hash is wrong is never loaded.
/// </summary>
internal sealed class ModelFiles(IBlobs blobs, string folder) : IDisposable
{
    private readonly SemaphoreSlim _fetching = new(2);

    /// <summary>Path of the package's folder on disk, fetched when it is not there.</summary>
    /// <exception cref="ModelException">A file is missing or not what the registry recorded.</exception>
    public async ValueTask<string> EnsureAsync(ModelRecipe recipe, CancellationToken cancel)
    {
        var place = Path.Combine(folder, recipe.Sha256);
        if (Directory.Exists(place))
            return place;
        await _fetching.WaitAsync(cancel);
        try
        {
            return Directory.Exists(place) ? place : await FetchAsync(recipe, place, cancel);
        }
        finally
        {
            _fetching.Release();
        }
    }

    public void Dispose() => _fetching.Dispose();

    private async ValueTask<string> FetchAsync(ModelRecipe recipe, string place, CancellationToken cancel)
    {
        // Approvals are given for the package's hash: it must be that of the files that are loaded, whatever the list of them says.
        if (ModelPackage.HashOf(recipe.Files) is var made && made != recipe.Sha256)
            throw new ModelException($"The package's files make SHA-256 {made}, and the registry says {recipe.Sha256}.");
        var coming = Directory.CreateDirectory(Path.Combine(folder, ".coming-" + Path.GetRandomFileName())).FullName;
        try
        {
            foreach (var file in recipe.Files)
                await FetchAsync(recipe, file, coming, cancel);
            try
            {
                Directory.Move(coming, place);
            }
            catch (IOException) when (Directory.Exists(place))
            {
                // Another server of this folder was faster; the files are the same.
            }

            return place;
        }
        finally
        {
            if (Directory.Exists(coming))
                Directory.Delete(coming, recursive: true);
        }
    }

    private async ValueTask FetchAsync(ModelRecipe recipe, PackageFile file, string coming, CancellationToken cancel)
    {
        // Paths were checked when the package was read; one that leads out is a fault all the same.
        var path = Path.GetFullPath(Path.Combine(coming, file.Path));
        if (!path.StartsWith(coming + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ModelException($"The package's file '{file.Path}' lies outside its folder.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var blob = await blobs.OpenAsync($"{recipe.Folder}/{file.Path}", null, cancel)
            ?? throw new ModelException($"The registry's copy of '{file.Path}' is gone.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[1 << 17];
            int read;
            while ((read = await blob.Stream.ReadAsync(buffer, cancel)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
            throw new ModelException($"The registry's copy of '{file.Path}' is not what was registered: its SHA-256 differs.");
    }
}
