using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary><c>/api/v1/models/{model}/card</c> and <c>/api/v1/models/{model}/versions/{version}/card</c>.</summary>
internal sealed class CardEndpoints(ModelCards cards)
{
    private const string Of = "/api/v1/models/{model}/versions/{version}/card";
    private const string Tag = "Model cards";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Of, GetAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("GetModelCard")
            .WithSummary("The card of a version as it stands, as JSON, html, markdown (Hugging Face) or mct (Model Card Toolkit).").Produces<ModelCard>();
        app.MapPatch("/api/v1/models/{model}/card", WriteAsync).RequirePermission(Permissions.Write, Permissions.ModelKind).WithTags(Tag).WithName("WriteModelCard")
            .WithSummary("Writes what people say on the cards of a model, or of one of its versions.").Accepts<CardTexts>("application/json");
        app.MapPost(Of + "/snapshots", SnapshotAsync).RequirePermission(Permissions.Write, Permissions.ModelKind).WithTags(Tag).WithName("SnapshotModelCard")
            .WithSummary("Keeps the card as it stands, for good.");
        app.MapGet(Of + "/snapshots", ListAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("ListModelCardSnapshots")
            .WithSummary("Snapshots of a version's card, newest first.");
        app.MapGet(Of + "/snapshots/{sha256}", FindAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("GetModelCardSnapshot")
            .WithSummary("A snapshot by its hash, which is checked.").Produces<CardSnapshot>();
        app.MapGet(Of + "/diff/{other}", DiffAsync).RequirePermission(Permissions.Read, Permissions.ModelKind).WithTags(Tag).WithName("CompareModelCards")
            .WithSummary("What differs between the cards of two versions.");
    }

    private async Task<IResult> GetAsync(string model, string version, string? format, HttpContext context, CancellationToken cancel)
    {
        if (CardFormats.Problem(format) is { } wrong)
            return (Answer<ModelCard>)wrong;
        return (await cards.GetAsync(context.Actor(), Name(model), version, cancel)).Failed(out var failure, out var card)
            ? (Answer<ModelCard>)failure
            : CardFormats.Render(card, format) ?? (Answer<ModelCard>)card;
    }

    private async Task<Answer> WriteAsync(string model, HttpContext context, CancellationToken cancel)
    {
        try
        {
            var texts = await JsonSerializer.DeserializeAsync(context.Request.Body, OrreryJson.TypeOf<CardTexts>(), cancel);
            return await cards.WriteAsync(context.Actor(), Name(model), texts ?? new(), cancel);
        }
        catch (JsonException broken)
        {
            return (Result<Done>)Failure.Invalid("governance.body_invalid", $"The body is no card texts ({{\"fields\": {{\"intended_use.primary_uses\": \"...\"}}}}): {broken.Message}");
        }
    }

    private async Task<Answer<CardSnapshot>> SnapshotAsync(string model, string version, HttpContext context, CancellationToken cancel) =>
        await cards.SnapshotAsync(context.Actor(), Name(model), version, cancel);

    private async Task<Answer<CardSnapshotPage>> ListAsync(string model, string version, int? limit, string? page_token, HttpContext context, CancellationToken cancel) =>
        await cards.ListAsync(context.Actor(), Name(model), version, limit, page_token, cancel);

    private async Task<IResult> FindAsync(string model, string version, string sha256, string? format, HttpContext context, CancellationToken cancel)
    {
        if (CardFormats.Problem(format) is { } wrong)
            return (Answer<CardSnapshot>)wrong;
        return (await cards.FindAsync(context.Actor(), Name(model), version, sha256, cancel)).Failed(out var failure, out var snapshot)
            ? (Answer<CardSnapshot>)failure
            : CardFormats.Render(snapshot.Card!, format) ?? (Answer<CardSnapshot>)snapshot;
    }

    private async Task<Answer<CardDiff>> DiffAsync(string model, string version, string other, HttpContext context, CancellationToken cancel) =>
        await cards.DiffAsync(context.Actor(), Name(model), version, other, cancel);

    // Routing leaves an encoded slash encoded; a model's name may have one.
    private static string Name(string model) => model.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
