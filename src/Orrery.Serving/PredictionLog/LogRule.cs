using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>Which predictions of a deployment are kept, and what of them.</summary>
internal sealed class LogRule(PredictionLogSpec spec)
{
    private const int DefaultRetentionDays = 90;

    private readonly double _sample = spec.Sample ?? 1;

    public bool Inputs => spec.Inputs is not false;

    public bool Outputs => spec.Outputs is not false;

    public bool User => spec.User is not false;

    /// <summary>Days that files of a deployment are kept.</summary>
    public static int Retention(PredictionLogSpec? spec) => spec?.RetentionDays ?? DefaultRetentionDays;

    /// <summary>Whether a prediction is kept.</summary>
    public bool Takes(Guid id) => _sample >= 1 || (_sample > 0 && Sampling.Unit(id, salt: 0) < _sample);
}
