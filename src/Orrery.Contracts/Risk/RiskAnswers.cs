namespace Orrery.Contracts;

/// <summary>What was answered about a model, or about one of its versions.</summary>
public sealed record RiskAnswers
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>The version that they are about; absent for all versions.</summary>
    public string? Version { get; init; }

    /// <summary>Counts the changes, from 1; 0 where nobody has answered.</summary>
    public long Sequence { get; init; }

    /// <summary>Version of the questionnaire.</summary>
    public string Questionnaire { get => field ?? ""; init; }

    /// <summary>Answers by question, all that stand.</summary>
    public IReadOnlyDictionary<string, string> Answers { get => field ?? EvaluationSpec.None; init; }

    /// <summary>Questions without an answer; each counts 10.</summary>
    public IReadOnlyList<string> Unanswered { get => field ?? []; init; }

    /// <summary>Why they were changed.</summary>
    public string? Note { get; init; }

    /// <summary>Who answered.</summary>
    public string? SetBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? SetAt { get; init; }
}

/// <summary>Body of <c>PUT /api/v1/models/{model}/risk/answers</c>.</summary>
public sealed record SetRiskAnswers
{
    /// <summary>The version that they are about; absent for all versions. A version's answers stand before its model's.</summary>
    public string? Version { get; init; }

    /// <summary>Answers by question; an empty one takes the answer back. Questions that are not named keep theirs.</summary>
    public IReadOnlyDictionary<string, string> Answers { get => field ?? EvaluationSpec.None; init; }

    /// <summary>Why, up to 2,000 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>One page of answers as they were, newest first.</summary>
public sealed record RiskAnswersPage
{
    /// <summary>The answers.</summary>
    public IReadOnlyList<RiskAnswers> Answers { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>One page of assessments of a version in an environment, newest first.</summary>
public sealed record RiskAssessmentPage
{
    /// <summary>The assessments.</summary>
    public IReadOnlyList<RiskAssessment> Assessments { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>The conditions of automatic approval, each as it stands.</summary>
public sealed record AutomaticCheckList
{
    /// <summary>Whether all hold.</summary>
    public bool Passed { get; init; }

    /// <summary>The six, in the order of GOV-08, and <c>governance.prohibited_use</c> where the use is prohibited.</summary>
    public IReadOnlyList<AutomaticCheck> Checks { get => field ?? []; init; }
}
