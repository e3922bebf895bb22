using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>What turned out to be true of a prediction.</summary>
public sealed record PredictionLabel
{
    /// <summary>As the answer's header <c>X-Orrery-Prediction-Id</c> gave it.</summary>
    public string PredictionId { get => field ?? ""; init; }

    /// <summary>Which row of the request, from 0. Absent for 0.</summary>
    public int? Row { get; init; }

    /// <summary>A number, a text of up to 1,000 characters, true or false.</summary>
    public JsonElement Label { get; init; }

    /// <summary>When it came true, Unix milliseconds; absent for now.</summary>
    public long? At { get; init; }
}

/// <summary>What became of labels that were sent.</summary>
public sealed record LabelReceipt
{
    /// <summary>Labels that are new.</summary>
    public int Added { get; init; }

    /// <summary>Labels that replaced another.</summary>
    public int Replaced { get; init; }

    /// <summary>Labels that were there already.</summary>
    public int Unchanged { get; init; }

    /// <summary>Rows that were refused; all others were taken.</summary>
    public IReadOnlyList<LabelFault> Faults { get => field ?? []; init; }
}

/// <summary>A label that was refused.</summary>
public sealed record LabelFault
{
    /// <summary>Place in the list that was sent, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Stable code.</summary>
    public string Code { get => field ?? ""; init; }

    /// <summary>What is wrong.</summary>
    public string Message { get => field ?? ""; init; }
}
