using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Where the version answers.</summary>
internal sealed class ServingFacts(LiveVersions live) : ICardSource
{
    public async ValueTask FillAsync(CardDraft card, CancellationToken cancel)
    {
        var version = card.Version.Version.ToString(CultureInfo.InvariantCulture);
        if ((await live.OfVersionAsync(card.Actor, card.Version.Name, version, cancel)).Failed(out _, out var found))
            return;
        var served = new JsonArray();
        foreach (var one in found.Served)
        {
            served.Add((JsonNode)new JsonObject
            {
                ["environment"] = one.Environment,
                ["deployment"] = one.Deployment,
                ["revision"] = one.Revision,
                ["variant"] = one.Variant,
                ["shadow"] = one.Shadow,
                ["share"] = one.Share,
            });
        }

        card.Set("deployments.served", CardValues.Of(served), "serving");
    }
}
