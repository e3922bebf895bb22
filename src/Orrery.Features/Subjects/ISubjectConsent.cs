using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>What a subject may have opted out of.</summary>
public enum SubjectPurpose
{
    /// <summary>Being in data that models are trained on and judged by.</summary>
    Training,

    /// <summary>Being predicted.</summary>
    Prediction,
}

/// <summary>Who has opted out. A module above answers; without one nobody has.</summary>
public interface ISubjectConsent
{
    /// <summary>As this server knows it, at most a second old; no lock is taken and nothing is allocated.</summary>
    /// <returns>Null when nobody has.</returns>
    SubjectIndex? Of(WorkspaceId workspace, SubjectPurpose purpose);

    /// <summary>As the database has it now.</summary>
    /// <returns>Null when nobody has.</returns>
    ValueTask<SubjectIndex?> NowAsync(WorkspaceId workspace, SubjectPurpose purpose, CancellationToken cancel);
}
