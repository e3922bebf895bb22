using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>POST /push</c>, <c>POST /write-to-online-store</c> and our own <c>POST /api/v1/features/projects/{project}/push</c>.</summary>
internal sealed class PushEndpoint(Projects projects, Pushes pushes, PushRules rules, PushGate gate, FeatureOptions options, TimeProvider time)
{
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>Feast's push; its answer has no body.</summary>
    public Task PushAsync(HttpContext context) => AsFeastAsync(context, ["push_source_name", "source"], isNative: false);

    /// <summary>Our own push; its answer tells of each row.</summary>
    public Task PushNativelyAsync(HttpContext context) => AsFeastAsync(context, ["source", "push_source_name"], isNative: true);

    /// <summary>Writes rows of one view; what Feast's remote online store calls.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        if (await BeginAsync(context, isNative: false) is not { } begun)
            return;
        using var body = begun.Body;
        try
        {
            var failure = await WriteAsync(context, body, begun.IsFeast);
            if (failure is not null)
                await FeastRefusals.WriteAsync(context, failure, Errors(context, begun.IsFeast));
            else if (!context.Response.HasStarted)
                await SendAsync(context, 200, "null"u8.ToArray());
        }
        finally
        {
            gate.Leave(body.Bytes.Length);
        }
    }

    private async ValueTask<Failure?> WriteAsync(HttpContext context, RequestBody bytes, bool isFeast)
    {
        var read = PushBody.Read(bytes.Bytes, ["feature_view_name"], isNative: false, out var faults);
        if (read is not { } shaped)
        {
            await FeastRefusals.WriteAsync(context, faults, Errors(context, isFeast));
            return null;
        }

        if (shaped.Failed(out var wrong, out var body))
            return wrong;
        using var _ = body;
        var actor = context.Actor();
        if ((await projects.FindAsync(actor, FeastEndpoints.ProjectOf(context), context.RequestAborted)).Failed(out var none, out var project))
            return none;
        if (project.FindView(body.Name, version: null) is not { } view || actor.Limits?.Ids.Contains(view.Id) is false)
            return Failure.NotFound("features.view_not_found", $"Feature view {DefinitionNames.Clip(body.Name)} does not exist in project {project.Name}.");
        if (!view.IsOnline)
            return Failure.Conflict("features.view_not_online", $"Feature view {view.Name} is not served online; set 'online: true' in its definition.");
        if (PushFrame.Make(body, view.Source, [view], isFeast, Now(), Latest()).Failed(out var missing, out var frame))
            return missing;
        if (frame.Errors is { Count: > 0 } errors)
            return RowsInvalid(errors);
        var hash = Pushes.HashOf(project.Name, view.Name, bytes.Bytes.Span);
        return (await pushes.WriteAsync(actor, project, view, frame, hash, context.RequestAborted)).Failure;
    }

    private async Task AsFeastAsync(HttpContext context, string[] nameMembers, bool isNative)
    {
        if (await BeginAsync(context, isNative) is not { } begun)
            return;
        using var body = begun.Body;
        try
        {
            await PushAsync(context, body, nameMembers, begun.IsFeast, isNative);
        }
        finally
        {
            gate.Leave(body.Bytes.Length);
        }
    }

    private async Task PushAsync(HttpContext context, RequestBody bytes, string[] nameMembers, bool isFeast, bool isNative)
    {
        var read = PushBody.Read(bytes.Bytes, nameMembers, isNative, out var faults);
        if (read is not { } shaped)
        {
            await FeastRefusals.WriteAsync(context, faults, Errors(context, isFeast));
            return;
        }

        if (shaped.Failed(out var wrong, out var body))
        {
            await FeastRefusals.WriteAsync(context, wrong, Errors(context, isFeast));
            return;
        }

        using var _ = body;
        if ((await RunAsync(context, bytes, body, isFeast)).Failed(out var failure, out var answer))
        {
            // A status that no kind of failure has.
            if (failure.Code is "features.idempotency_key_reused" && !Errors(context, isFeast))
                await Refusals.WriteAsync(context, 422, failure.Code, failure.Message);
            else
                await FeastRefusals.WriteAsync(context, failure, Errors(context, isFeast));
            return;
        }

        var isWhole = answer.Errors.Count + answer.Quarantined.Count == 0;
        if (!isNative && isWhole)
            context.Response.ContentLength = 0;
        else
            await SendAsync(context, isWhole ? 200 : 207, JsonSerializer.SerializeToUtf8Bytes(answer, OrreryJson.TypeOf<PushAnswer>()));
    }

    private async ValueTask<Result<PushAnswer>> RunAsync(HttpContext context, RequestBody bytes, PushBody body, bool isFeast)
    {
        var actor = context.Actor();
        if (KeyOf(context).Failed(out var badKey, out var key))
            return badKey;
        if ((await projects.FindAsync(actor, FeastEndpoints.ProjectOf(context), context.RequestAborted)).Failed(out var none, out var project))
            return none;
        if (!project.Sources.TryGetValue(body.Name, out var source) || source.Kind is not SourceKind.Push)
            return NoSource(body.Name, project);
        var views = project.Views.Values.Where(view => view.Source.Name == source.Name).OrderBy(static view => view.Name, StringComparer.Ordinal).ToList();
        if (views.Count == 0)
            return Failure.Conflict("features.push_feeds_nothing", $"No feature view of project {project.Name} has the push source {source.Name}.");
        if (actor.Limits is { } limits && !views.TrueForAll(view => limits.Ids.Contains(view.Id)))
            return NoSource(body.Name, project);
        if (PushFrame.Make(body, source, views, isFeast, Now(), Latest()).Failed(out var missing, out var frame))
            return missing;
        if (frame.Errors is { Count: > 0 } errors && (isFeast || errors.Count == frame.Rows))
            return RowsInvalid(errors);
        if ((await rules.JudgeAsync(project, source, views, frame, context.RequestAborted)).Failed(out var refused, out var judgement))
            return refused;
        if (judgement is not null && frame.Errors is { Count: > 0 } broken && (isFeast || broken.Count == frame.Rows))
            return RowsInvalid(broken);
        var push = new Push(source, frame, views, body.To) { Judgement = judgement, Key = key, Hash = Pushes.HashOf(project.Name, source.Name, bytes.Bytes.Span) };
        return await pushes.RunAsync(actor, project, push, context.RequestAborted);
    }

    /// <summary>The body and the mode; null when the request was answered already. The gate's place is the caller's to give back.</summary>
    private async ValueTask<(RequestBody Body, bool IsFeast)?> BeginAsync(HttpContext context, bool isNative)
    {
        var isFeast = false;
        if (!isNative && FeastMode.Of(context.Request, options.Online).Failed(out var unknown, out isFeast))
        {
            await FeastRefusals.WriteAsync(context, unknown, asFeast: false);
            return null;
        }

        if ((await RequestBody.ReadAsync(context)).Failed(out var tooLarge, out var body))
        {
            await FeastRefusals.WriteAsync(context, tooLarge, Errors(context, isFeast));
            return null;
        }

        if (gate.TryEnter(body.Bytes.Length))
            return (body, isFeast);
        body.Dispose();
        await FeastRefusals.WriteAsync(
            context, new Failure(FailureKind.Exhausted, "features.push_busy", "Too many pushes are under way; send this one again in a moment."), Errors(context, isFeast));
        return null;
    }

    private static bool Errors(HttpContext context, bool isFeast) => FeastMode.ErrorsOf(context.Request, isFeast);

    private long Now() => (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private long Latest() => Now() + (options.Online.FutureSkew.Ticks / TimeSpan.TicksPerMicrosecond);

    private static Result<string?> KeyOf(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(KeyHeader, out var values) || values is not [{ Length: > 0 } key])
            return (string?)null;
        return key.Length > Pushes.MaxKeyLength || key[0] == '~'
            ? Failure.Invalid("features.idempotency_key_invalid", $"The header {KeyHeader} may have {Pushes.MaxKeyLength} characters and must not begin with '~'.")
            : key;
    }

    private static Failure NoSource(string name, FeatureProject project) =>
        Failure.NotFound("features.push_source_not_found", $"Push source {DefinitionNames.Clip(name)} does not exist in project {project.Name}.");

    private static Failure RowsInvalid(IReadOnlyList<PushError> errors)
    {
        const int shown = 100;
        var all = errors.Count > 1 ? $" {errors.Count} rows in all are wrong; none was taken." : "";
        return Failure.Invalid("features.push_rows_invalid", $"Row {errors[0].Row}: {errors[0].Message}{all}") with
        {
            Faults = [.. errors.Take(shown).Select(static error => new FieldFault($"rows[{error.Row}].{error.Column}", error.Message))],
        };
    }

    private static async Task SendAsync(HttpContext context, int status, byte[] json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
