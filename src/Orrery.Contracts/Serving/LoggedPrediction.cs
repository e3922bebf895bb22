using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>One row of a prediction, as the log of its deployment keeps it.</summary>
public sealed record LoggedPrediction
{
    /// <summary>As the answer's header <c>X-Orrery-Prediction-Id</c> gave it.</summary>
    public string PredictionId { get => field ?? ""; init; }

    /// <summary>Which row of the request, from 0.</summary>
    public int Row { get; init; }

    /// <summary>When it was answered, Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Environment of the deployment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>The deployment.</summary>
    public string Deployment { get => field ?? ""; init; }

    /// <summary>Its revision.</summary>
    public long Revision { get; init; }

    /// <summary>Who answered.</summary>
    public string Variant { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>True for what a shadow said, which nobody was told.</summary>
    public bool Shadow { get; init; }

    /// <summary>The user's key; absent when none was sent or it is not kept.</summary>
    public string? User { get; init; }

    /// <summary>Whom the prediction is about, as the caller sent it or as features were looked up: <c>customer_id=123</c>.</summary>
    public string? Entity { get; init; }

    /// <summary>Time from request to answer, milliseconds.</summary>
    public double LatencyMs { get; init; }

    /// <summary>What was asked, by column or tensor.</summary>
    public JsonElement? Inputs { get; init; }

    /// <summary>Where inputs that were looked up came from: the views with their versions, the event times of their rows (Unix milliseconds) and the columns.</summary>
    public JsonElement? Features { get; init; }

    /// <summary>What was answered, by tensor.</summary>
    public JsonElement? Outputs { get; init; }

    /// <summary>Of shadows: greatest absolute difference to the answer that was given, over the whole request.</summary>
    public double? Difference { get; init; }

    /// <summary>Of shadows: share of labels equal to those that were given.</summary>
    public double? LabelsEqual { get; init; }

    /// <summary>What turned out to be true; absent when nobody said.</summary>
    public JsonElement? Label { get; init; }

    /// <summary>When it came true, Unix milliseconds.</summary>
    public long? LabelAt { get; init; }
}

/// <summary>One page of logged predictions, newest first.</summary>
public sealed record LoggedPredictionPage
{
    /// <summary>The rows.</summary>
    public IReadOnlyList<LoggedPrediction> Predictions { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}
