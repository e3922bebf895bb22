using System.Globalization;
using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Delivery;

/// <summary>What may be asked of migrations.</summary>
internal static class MigrationRules
{
    public const double Agreement = 0.99;
    public const int MostRows = 1000;
    public const int LongestNote = 2000;

    private const int UsualRows = 200;
    private const int LargestRows = 4 << 20;
    private const string Production = "production";

    /// <summary>What was asked for with all that it left out; <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>, and what the endpoint may not be.</summary>
    public static Result<StartModelMigration> Read(StartModelMigration asked, ServingOptions serving, EndpointAnswers endpoints)
    {
        if (asked.Model is not { Length: >= 1 and <= 250 })
            return Invalid("'model' is missing or longer than 250 characters; name the registered model, or what it will be registered by.");
        if (VersionProblem(asked.Version) is { } version)
            return version;
        if (asked.Owner?.Length > 200)
            return Invalid($"'owner' has {asked.Owner.Length} characters; it may have 200.");
        if (asked.Slo?.Length > 500)
            return Invalid($"'slo' has {asked.Slo.Length} characters; it may have 500.");
        if (asked.RequestsPerDay is < 0 or double.NaN or double.PositiveInfinity)
            return Invalid("'requests_per_day' must be a number from 0.");
        if (asked.LeastAgreement is not null and not (>= 0 and <= 1))
            return Invalid(string.Create(CultureInfo.InvariantCulture, $"'least_agreement' is {asked.LeastAgreement}; it must be 0 to 1."));
        if (EnvironmentNames.Find(serving, asked.Environment ?? Production).Failed(out var unknown, out var environment))
            return unknown;
        var endpoint = asked.Endpoint.Protocol.Length == 0 ? asked.Endpoint with { Protocol = "v1" } : asked.Endpoint;
        return endpoints.Problem(endpoint, asked.Model) is { } refused
            ? refused
            : asked with { Environment = environment, Endpoint = endpoint, LeastAgreement = asked.LeastAgreement ?? Agreement };
    }

    /// <summary>Why a step cannot be set so; null when it can be. <c>delivery.invalid_request</c>.</summary>
    public static Failure? Problem(SetMigrationStep asked)
    {
        if (asked.State is not (MigrationSteps.Open or MigrationSteps.Done or MigrationSteps.Skipped))
            return Invalid($"'state' is '{Clip(asked.State)}'; it must be open, done or skipped.");
        if (asked.Note?.Length > LongestNote)
            return Invalid($"'note' has {asked.Note.Length} characters; it may have {LongestNote}.");
        if (asked.State == MigrationSteps.Skipped && string.IsNullOrWhiteSpace(asked.Note))
            return Invalid("A step is skipped for a reason; say it in 'note'.");
        return VersionProblem(asked.Version);
    }

    /// <summary>What a comparison asks; <c>delivery.invalid_request</c>, <c>delivery.unknown_environment</c>.</summary>
    public static Result<MigrationQuestion> Read(CompareModelMigration asked, ServingOptions serving)
    {
        if (asked.AbsoluteTolerance is not null and not (>= 0 and < double.PositiveInfinity) || asked.RelativeTolerance is not null and not (>= 0 and < double.PositiveInfinity))
            return Invalid("'absolute_tolerance' and 'relative_tolerance' must be numbers from 0.");
        if (asked.Output is { Length: 0 or > 200 })
            return Invalid("'output' must have 1 to 200 characters.");
        if (asked.Instances is { } rows)
        {
            if (asked.Deployment is not null || asked.Environment is not null)
                return Invalid("Give either 'instances', or 'environment' and 'deployment', not both.");
            if (rows.Count is 0 or > MostRows)
                return Invalid($"'instances' has {rows.Count} rows; it must have 1 to {MostRows}.");
            if (rows.Any(static row => row.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined))
                return Invalid("'instances' has a row that is null.");
            return rows.Sum(static row => (long)row.GetRawText().Length) > LargestRows
                ? Invalid($"'instances' has more than {LargestRows >> 20} MiB; send fewer rows.")
                : new MigrationQuestion { Instances = rows, Rows = rows.Count, Output = asked.Output };
        }

        if (asked.Deployment is not { Length: >= 1 and <= 128 } || asked.Environment is null)
            return Invalid("Say what to ask: 'instances', or 'environment' and 'deployment' whose logged predictions are asked again.");
        if (asked.Rows is < 1 or > MostRows)
            return Invalid($"'rows' is {asked.Rows}; it must be 1 to {MostRows}.");
        return EnvironmentNames.Find(serving, asked.Environment).Failed(out var unknown, out var environment)
            ? unknown
            : new MigrationQuestion { Environment = environment, Deployment = asked.Deployment, Rows = asked.Rows ?? UsualRows, Output = asked.Output };
    }

    private static Failure? VersionProblem(string? version) => version is null || (long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        ? null
        : Invalid($"'version' is '{Clip(version)}'; it must be the number of a version.");

    private static Failure Invalid(string message) => Failure.Invalid("delivery.invalid_request", message);

    private static string Clip(string text) => text.Length > 100 ? text[..100] + "..." : text;
}
