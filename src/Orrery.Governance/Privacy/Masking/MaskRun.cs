using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>Masks a table: what each column's policy says, and of columns that nobody names, what their kind of personal data asks for.</summary>
internal sealed class MaskRun(PrivacyInput input, SubjectKeys keys, TimeProvider time)
{
    /// <summary>Masks; <c>governance.invalid_masking</c>, <c>governance.privacy_data</c>, and what reading refuses.</summary>
    public async ValueTask<Result<MaskedData>> RunAsync(Actor actor, MaskSpec spec, CancellationToken cancel)
    {
        if (Problem(spec) is { } wrong)
            return Failure.Invalid("governance.invalid_masking", wrong);
        return await input.ReadAsync(actor, spec.Data, (connection, from, scratch) => Mask(actor, spec, connection, from, scratch, cancel), cancel);
    }

    private static string? Problem(MaskSpec spec)
    {
        if (PrivacyInput.Problem(spec.Data) is { } data)
            return data;
        if (spec.K is < 2 or > 10_000 || spec.L is < 1 or > 1_000)
            return "'k' must be 2 to 10,000 and 'l' 1 to 1,000.";
        if (spec.QuasiIdentifiers.Count == 0 && (spec.Suppress || spec.Sensitive is not null || spec.L is not null))
            return "'suppress', 'sensitive' and 'l' need 'quasi_identifiers'.";
        return spec.L is not null && spec.Sensitive is null ? "'l' needs 'sensitive', the column whose values must differ." : null;
    }

    private Result<MaskedData> Mask(Actor actor, MaskSpec spec, DuckConnection connection, string from, string scratch, CancellationToken cancel)
    {
        if (PrivacyTableStore.Read(connection, from, cancel).Failed(out var refused, out var columns))
            return refused;
        if (spec.Columns.Keys.Concat(spec.QuasiIdentifiers).Append(spec.Sensitive).FirstOrDefault(name => name is not null && columns.All(column => column.Name != name)) is { } unknown)
            return Failure.Invalid("governance.invalid_masking", $"The data has no column '{unknown}'; it has {string.Join(", ", columns.Take(50).Select(static column => column.Name))}.");
        var masker = new Masker(keys.Of(actor.Workspace), spec.Seed);
        var (masked, told) = (new List<PrivacyColumn>(), new List<MaskedColumn>());
        foreach (var column in columns)
        {
            cancel.ThrowIfCancellationRequested();
            var kind = Kind(column);
            MaskPolicy? policy = kind is null ? new(MaskPolicy.Keep, 0) : MaskPolicy.Of(kind);
            if (spec.Columns.TryGetValue(column.Name, out var said) && MaskPolicy.Parse(column.Name, said).Failed(out refused, out policy))
                return refused;
            if (masker.Apply(column, policy).Failed(out refused, out var made))
                return refused;
            told.Add(new() { Name = column.Name, Kind = kind, Policy = policy.ToString() });
            if (made is not null)
                masked.Add(made);
        }

        return masked.Count == 0 ? Failure.Invalid("governance.invalid_masking", "Nothing is left: every column is dropped.") : Write(spec, connection, scratch, masked, told, cancel);
    }

    private static Result<MaskedData> Write(MaskSpec spec, DuckConnection connection, string scratch, List<PrivacyColumn> masked, List<MaskedColumn> told, CancellationToken cancel)
    {
        AnonymityReport? report = null;
        var suppressed = 0;
        if (spec.QuasiIdentifiers.Count > 0)
        {
            if (spec.QuasiIdentifiers.Append(spec.Sensitive).FirstOrDefault(name => name is not null && masked.All(column => column.Name != name)) is { } gone)
                return Failure.Invalid("governance.invalid_masking", $"Column {gone} is dropped and cannot be looked at for anonymity.");
            (report, var fallen) = Anonymity.Of(masked, spec.QuasiIdentifiers, spec.Sensitive, spec.K ?? 5, spec.L ?? 1);
            if (spec.Suppress && fallen.Count > 0)
            {
                suppressed = fallen.Count;
                int[] left = [.. Enumerable.Range(0, masked[0].Rows).Except(fallen)];
                masked = [.. masked.Select(column => column.Take(left))];
                report = Anonymity.Of(masked, spec.QuasiIdentifiers, spec.Sensitive, spec.K ?? 5, spec.L ?? 1).Report;
            }
        }

        var path = Path.Combine(scratch, "masked.parquet");
        PrivacyTableStore.Write(connection, masked, path, cancel);
        return new MaskedData { Rows = masked[0].Rows, Suppressed = suppressed, Columns = told, Anonymity = report, Parquet = File.ReadAllBytes(path) };
    }

    private string? Kind(PrivacyColumn column)
    {
        var scan = new ColumnScan(column.Name, column.Kind is not PrivacyColumnKind.Number && column.SqlType is not "BOOLEAN", CountryPacks.All, null, time.GetUtcNow().Year);
        var step = Math.Max(1, column.Rows / PiiScanRules.DefaultRows);
        for (var row = 0; row < column.Rows; row += step)
        {
            if (column.Show(row) is { } text)
                scan.Add(text);
        }

        // What is named as personal data is masked even where its values do not tell.
        return scan.Findings().FirstOrDefault(static one => one.Confidence >= PiiScanRules.DefaultConfidence || (one.IsNamed && one.Matches == 0 && one.Confidence >= 0.4))?.Kind;
    }
}
