namespace Orrery.Serving;

/// <summary>Settings of Python models: section <c>Orrery:Serving:Python</c>.</summary>
public sealed class PythonOptions
{
    /// <summary>The Python that models run in, 3.9 or later, with the libraries that they need. Default <c>/usr/bin/python3</c>.</summary>
    public string Executable { get; set; } = "/usr/bin/python3";

    /// <summary>Memory of one worker, MiB, its libraries included. Default 2,048.</summary>
    public int MemoryMb { get; set; } = 2048;

    /// <summary>Longest time that a worker may take to load its model, seconds. Default 120.</summary>
    public int LoadSeconds { get; set; } = 120;

    /// <summary>Time after a request's deadline at which a worker that has not answered is killed, milliseconds. Default 2,000.</summary>
    public int HangGraceMs { get; set; } = 2000;

    /// <summary>Requests that may wait for the workers of a model; more are refused with 503. Default 512.</summary>
    public int MaxQueue { get; set; } = 512;

    /// <summary>
    /// Whether models may bring code of their own: functions and classes pickled with cloudpickle, code folders, loaders. It runs in the worker's sandbox.
    /// Default true.
    /// </summary>
    public bool AllowCode { get; set; } = true;

    /// <summary>Modules of your own, installed for the Python above, that pickles may import.</summary>
    public string[] AllowedModules { get; set; } = [];

    internal IEnumerable<string> Problems()
    {
        if (Executable.Length == 0)
            yield return "Python:Executable must name a Python.";
        if (MemoryMb is < 128 or > 1 << 20)
            yield return "Python:MemoryMb must be 128 to 1,048,576.";
        if (LoadSeconds is < 1 or > 3600)
            yield return "Python:LoadSeconds must be 1 to 3,600.";
        if (HangGraceMs is < 0 or > 600_000)
            yield return "Python:HangGraceMs must be 0 to 600,000.";
        if (MaxQueue is < 1 or > 100_000)
            yield return "Python:MaxQueue must be 1 to 100,000.";
    }
}
