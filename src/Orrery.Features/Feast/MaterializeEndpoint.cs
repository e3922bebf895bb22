using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Features;

/// <summary><c>POST /materialize</c> and <c>POST /materialize-incremental</c>.</summary>
internal sealed class MaterializeEndpoint(Projects projects, FeatureOptions options, Materializations materializations)
{
    public Task RunAsync(HttpContext context) => HandleAsync(context, isIncremental: false);

    public Task RunIncrementallyAsync(HttpContext context) => HandleAsync(context, isIncremental: true);

    private async Task HandleAsync(HttpContext context, bool isIncremental)
    {
        if (FeastMode.Of(context.Request, options.Online).Failed(out var unknown, out var asFeast))
        {
            await FeastRefusals.WriteAsync(context, unknown, asFeast: false);
            return;
        }

        var errors = FeastMode.ErrorsOf(context.Request, asFeast);
        if ((await RequestBody.ReadAsync(context)).Failed(out var tooLarge, out var body))
        {
            await FeastRefusals.WriteAsync(context, tooLarge, errors);
            return;
        }

        using var bytes = body;
        if (Parse(bytes.Bytes, isIncremental, out var faults) is not { } document)
        {
            await FeastRefusals.WriteAsync(context, faults, errors);
            return;
        }

        using (document)
        {
            if (await AnswerAsync(context, document.RootElement, isIncremental, errors) is { } failure)
                await FeastRefusals.WriteAsync(context, failure, errors);
        }
    }

    private async ValueTask<Failure?> AnswerAsync(HttpContext context, JsonElement body, bool isIncremental, bool asFeast)
    {
        var actor = context.Actor();
        if ((await projects.FindAsync(actor, FeastEndpoints.ProjectOf(context), context.RequestAborted)).Failed(out var none, out var project))
            return none;
        if (Views(actor, project, body).Failed(out var noView, out var views))
            return noView;
        var everything = !isIncremental && Flag(body, "disable_event_timestamp");
        if (Moment(body, "start_ts", isRequired: !isIncremental && !everything).Failed(out var noStart, out var start))
            return noStart;
        if (Moment(body, "end_ts", isRequired: !everything).Failed(out var noEnd, out var end))
            return noEnd;
        if (start > end)
            return Failure.Invalid("features.window_invalid", $"start_ts ({start:O}) is after end_ts ({end:O}).");
        if (Switch(context, "async").Failed(out var badAsync, out var isAsync) | Switch(context, "force").Failed(out var badForce, out var force))
            return badAsync ?? badForce;
        var order = new MaterializationOrder(views, isIncremental ? null : start, end) { IsIncremental = isIncremental, Force = force };
        var run = await materializations.RunAsync(actor, project, order, wait: !isAsync, context.RequestAborted);
        if (run.Failed(out var failure, out _))
        {
            if (!asFeast || failure.Code is not "features.materializing")
                return failure;
            await SendAsync(context, 409, "error", failure.Message, views);
            return null;
        }

        if (isAsync)
            await SendAsync(context, 202, "status", "accepted", views);
        else
            await SendAsync(context, 200, "null"u8.ToArray());
        return null;
    }

    private static Result<IReadOnlyList<FeatureView>> Views(Actor actor, FeatureProject project, JsonElement body)
    {
        bool Seen(FeatureView view) => actor.Limits?.Ids.Contains(view.Id) is not false;
        if (!body.TryGetProperty("feature_views", out var names) || names.ValueKind is JsonValueKind.Null)
            return project.Views.Values.Where(view => view.IsOnline && Seen(view)).OrderBy(static view => view.Name, StringComparer.Ordinal).ToList();
        var views = new List<FeatureView>();
        foreach (var name in names.EnumerateArray().Select(static name => name.GetString()!))
        {
            if (project.FindView(name, version: null) is not { } view || !Seen(view))
                return Failure.NotFound("features.view_not_found", $"Feature view {DefinitionNames.Clip(name)} does not exist in project {project.Name}.");
            if (!view.IsOnline)
                return Failure.Conflict("features.view_not_online", $"Feature view {view.Name} is not served online; set 'online: true' in its definition.");
            views.Add(view);
        }

        return views;
    }

    private static Result<DateTimeOffset?> Moment(JsonElement body, string name, bool isRequired)
    {
        if (!body.TryGetProperty(name, out var given) || given.ValueKind is JsonValueKind.Null)
            return isRequired ? Failure.Invalid("features.window_invalid", $"'{name}' is missing; give a time in ISO 8601.") : (DateTimeOffset?)null;
        return given.ValueKind is JsonValueKind.String && JsonCast.TryMoment(given.GetString()!, out var moment)
            ? DateTimeOffset.UnixEpoch.AddTicks(moment * TimeSpan.TicksPerMicrosecond)
            : Failure.Invalid("features.window_invalid", $"'{name}' is {DefinitionNames.Clip(given.GetRawText())}; it must be a time in ISO 8601.");
    }

    private static bool Flag(JsonElement body, string name) => body.TryGetProperty(name, out var given) && LenientBool.Of(given) is true;

    private static Result<bool> Switch(HttpContext context, string name)
    {
        if (context.Request.Query[name] is not [{ } text, ..])
            return false;
        return LenientBool.Of(text) is { } value ? value : Failure.Invalid("features.body_invalid", $"The query's {name} is '{DefinitionNames.Clip(text)}'; it must be true or false.");
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> bytes, bool isIncremental, out List<BodyFault> faults)
    {
        faults = [];
        try
        {
            var document = JsonDocument.Parse(bytes);
            faults.AddRange(FaultsOf(document.RootElement, isIncremental));
            if (faults.Count == 0)
                return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            faults.Add(BodyFault.NotJson(e.Message));
        }

        return null;
    }

    private static List<BodyFault> FaultsOf(JsonElement body, bool isIncremental)
    {
        if (body.ValueKind is not JsonValueKind.Object)
            return [BodyFault.NoObject(body.GetRawText())];
        var faults = new List<BodyFault>();
        var everything = !isIncremental && Flag(body, "disable_event_timestamp");
        foreach (var (member, isRequired) in new[] { ("start_ts", !isIncremental && !everything), ("end_ts", !everything) })
        {
            if (!body.TryGetProperty(member, out var given) || given.ValueKind is JsonValueKind.Null)
                faults.AddRange(isRequired ? [BodyFault.Missing(member, body.GetRawText())] : []);
            else if (given.ValueKind is not JsonValueKind.String)
                faults.Add(BodyFault.NoText([member], given.GetRawText()));
        }

        if (body.TryGetProperty("feature_views", out var views) && views.ValueKind is not JsonValueKind.Null)
            faults.AddRange(BodyFault.OfTexts("feature_views", views));
        if (body.TryGetProperty("disable_event_timestamp", out var flag) && LenientBool.Of(flag) is null)
            faults.Add(BodyFault.NoBool("disable_event_timestamp", flag.GetRawText(), flag.ValueKind is JsonValueKind.String or JsonValueKind.Number));
        return faults;
    }

    private static Task SendAsync(HttpContext context, int status, string member, string text, IReadOnlyList<FeatureView> views)
    {
        using var json = new ByteWriter(256);
        json.Raw((byte)'{');
        json.Text(member);
        json.Raw((byte)':');
        json.Text(text);
        json.Raw(",\"feature_views\":["u8);
        for (var at = 0; at < views.Count; at++)
        {
            if (at > 0)
                json.Raw((byte)',');
            json.Text(views[at].Name);
        }

        json.Raw("]}"u8);
        return SendAsync(context, status, json.Written.ToArray());
    }

    private static async Task SendAsync(HttpContext context, int status, byte[] json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
