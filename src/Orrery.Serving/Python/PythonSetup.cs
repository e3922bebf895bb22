using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Orrery.Serving;

/// <summary>What a worker is told first.</summary>
internal sealed record PythonSetup(
    string Model, string Temp, int MemoryMb, string Flavor, JsonObject Settings, IReadOnlyList<PythonColumn> Columns, bool AllowCode, IReadOnlyList<string> Modules);

/// <summary>A column of the signature.</summary>
internal sealed record PythonColumn(string Name, string Type);

/// <summary>What a worker says when its model is loaded.</summary>
internal sealed record PythonReady
{
    public string Python { get => field ?? ""; init; }

    public IReadOnlyDictionary<string, string> Libraries { get => field ?? new Dictionary<string, string>(); init; }

    /// <summary>Parts of the sandbox that hold.</summary>
    public IReadOnlyList<string> Sandbox { get => field ?? []; init; }

    public IReadOnlyList<string> Methods { get => field ?? []; init; }

    /// <summary>Method of requests that name none.</summary>
    public string Default { get => field ?? ""; init; }

    /// <summary>Features that the model was fitted on; 0 when it does not say.</summary>
    public int Features { get; init; }

    /// <summary>Their names; empty when it does not say.</summary>
    public IReadOnlyList<string> Names { get => field ?? []; init; }

    public IReadOnlyList<PythonOutput> Outputs { get => field ?? []; init; }

    /// <summary>Resident memory, bytes.</summary>
    public long Memory { get; init; }
}

/// <summary>An output as a trial run gave it.</summary>
internal sealed record PythonOutput(string Name, DataType Type, IReadOnlyList<long> Shape);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PythonSetup))]
[JsonSerializable(typeof(PythonReady))]
internal sealed partial class PythonJson : JsonSerializerContext;
