using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>The files of one run or logged model at the source.</summary>
internal interface ICopyFiles
{
    /// <summary>All files, with paths relative to the root; no folders.</summary>
    IAsyncEnumerable<ArtifactFile> ListAsync(CancellationToken cancel);

    /// <summary>Brings a file to this machine.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Where it goes, unless it is on this machine already.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<LocalFile> FetchAsync(string path, string place, CancellationToken cancel);
}
