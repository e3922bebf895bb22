using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>Reads a table, makes a synthetic copy of it, and writes that.</summary>
internal sealed class SynthesisRun(PrivacyInput input)
{
    private const string Code = "governance.invalid_synthesis";

    /// <summary>Makes one; <c>governance.invalid_synthesis</c>, <c>governance.privacy_data</c>, and what reading refuses.</summary>
    public async ValueTask<Result<SyntheticData>> RunAsync(Actor actor, SyntheticSpec spec, CancellationToken cancel)
    {
        if (PrivacyInput.Problem(spec.Data) is { } wrong)
            return Failure.Invalid(Code, wrong);
        if (spec.Rows is < 1 or > PrivacyTableStore.MostRows || spec.K is < 2 or > 1000)
            return Failure.Invalid(Code, $"'rows' must be 1 to {PrivacyTableStore.MostRows} and 'k' 2 to 1,000.");
        return await input.ReadAsync(actor, spec.Data, (connection, from, scratch) => Make(spec, connection, from, scratch, cancel), cancel);
    }

    private static Result<SyntheticData> Make(SyntheticSpec spec, DuckConnection connection, string from, string scratch, CancellationToken cancel)
    {
        if (PrivacyTableStore.Read(connection, from, cancel).Failed(out var refused, out var real))
            return refused;
        if (real[0].Rows < SyntheticTable.Least || real.Count > 100)
            return Failure.Invalid(Code, $"The data has {real[0].Rows} rows and {real.Count} columns; a copy is made of at least {SyntheticTable.Least} rows and at most 100 columns.");
        var (made, report) = SyntheticTable.Make(real, spec.Rows ?? real[0].Rows, spec.Seed ?? 1, spec.K ?? 5, cancel);
        var path = Path.Combine(scratch, "synthetic.parquet");
        PrivacyTableStore.Write(connection, made, path, cancel);
        return report with { Parquet = File.ReadAllBytes(path) };
    }
}
