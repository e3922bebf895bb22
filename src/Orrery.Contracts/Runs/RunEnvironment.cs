namespace Orrery.Contracts;

/// <summary>
/// Where a run ran: enough to build the place again. <c>PUT /api/v1/runs/{run_id}/environment</c> stores it (again: replaces it),
/// <c>GET</c> answers it (404 <c>tracking.no_environment</c> when none was captured). Holds no environment variables, for they hold secrets.
/// </summary>
public sealed record RunEnvironment
{
    /// <summary>When it was captured, UTC.</summary>
    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>Language runtime: <c>python</c>, <c>dotnet</c> ...</summary>
    public string? Runtime { get; init; }

    /// <summary>Its version, for instance <c>3.11.4</c>.</summary>
    public string? RuntimeVersion { get; init; }

    /// <summary>Operating system with its version.</summary>
    public string? Os { get; init; }

    /// <summary>Processor architecture: <c>x64</c>, <c>arm64</c> ...</summary>
    public string? Architecture { get; init; }

    /// <summary>Processors that the run could use.</summary>
    public int? Cpus { get; init; }

    /// <summary>Bytes of memory that the run could use.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Libraries with their versions, ordered by name; at most 5,000.</summary>
    public IReadOnlyList<EnvironmentPackage> Packages { get => field ?? []; init; }

    /// <summary>The code's repository and commit.</summary>
    public GitState? Git { get; init; }

    /// <summary>The program and its arguments.</summary>
    public IReadOnlyList<string> CommandLine { get => field ?? []; init; }

    /// <summary>Container image with its digest.</summary>
    public string? Image { get; init; }
}

/// <summary>A library of a run's environment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public sealed record EnvironmentPackage(string Name, string Version);

/// <summary>State of a Git work tree.</summary>
/// <param name="Commit">Hash of the commit that is checked out.</param>
/// <param name="Dirty">True when tracked files differ from that commit.</param>
/// <param name="Branch">Its branch; absent when detached.</param>
/// <param name="Repository">Address of the remote <c>origin</c>, without credentials.</param>
public sealed record GitState(string Commit, bool Dirty, string? Branch = null, string? Repository = null);
