using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on opt-outs and erasures.</summary>
public sealed partial class PrivacyApi
{
    private const string OptOuts = Root + "/opt-outs";
    private const string Erasures = Root + "/erasures";

    /// <summary>Opts a subject out; again changes nothing. 400 <c>governance.invalid_subject</c>, <c>governance.invalid_purpose</c>.</summary>
    public Task<OptOut> OptOutAsync(OptOutSubject subject, CancellationToken cancel = default) => _wire.NativeAsync<OptOutSubject, OptOut>(OptOuts, subject, Repeat.Always, cancel);

    /// <summary>Opts many out, of a CSV with the columns of their key, and <c>purpose</c> and <c>reason</c> if they are there; 400 <c>governance.invalid_opt_outs</c>.</summary>
    public Task<OptOutCounts> OptOutManyAsync(byte[] csv, CancellationToken cancel = default) => _wire.NativeAsync<OptOutCounts>(OptOuts + "/bulk", csv, "text/csv", Repeat.Always, cancel);

    /// <summary>Takes a subject's opt-out back; 404 <c>governance.opt_out_not_found</c>.</summary>
    public Task<OptOutCounts> OptInAsync(OptOutSubject subject, CancellationToken cancel = default) =>
        _wire.NativeAsync<OptOutSubject, OptOutCounts>(OptOuts, subject, Repeat.IfNotActed, cancel, HttpMethod.Delete);

    /// <summary>What a subject has opted out of.</summary>
    public Task<OptOutPage> FindOptOutsAsync(OptOutSubject subject, CancellationToken cancel = default) =>
        _wire.NativeAsync<OptOutSubject, OptOutPage>(OptOuts + "/find", subject, Repeat.Always, cancel);

    /// <summary>One page of opt-outs, by the codes of subjects.</summary>
    public Task<OptOutPage> ListOptOutsAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<OptOutPage>(new Query(OptOuts).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Begins to erase a subject; 403 <c>governance.erasure_denied</c>.</summary>
    public Task<SubjectErasure> EraseAsync(EraseSubject subject, CancellationToken cancel = default) =>
        _wire.NativeAsync<EraseSubject, SubjectErasure>(Erasures, subject, Repeat.IfNotActed, cancel);

    /// <summary>An erasure and its receipt; 404 <c>governance.erasure_not_found</c>.</summary>
    public Task<SubjectErasure> GetErasureAsync(string id, CancellationToken cancel = default) => _wire.GetNativeAsync<SubjectErasure>($"{Erasures}/{Uri.EscapeDataString(id)}", cancel);

    /// <summary>One page of erasures with their receipts, newest first.</summary>
    public Task<SubjectErasurePage> ListErasuresAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<SubjectErasurePage>(new Query(Erasures).With("limit", limit).With("page_token", pageToken), cancel);
}
