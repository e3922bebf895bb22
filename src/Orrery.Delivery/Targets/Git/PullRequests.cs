using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Delivery;

/// <summary>Opens pull requests at GitHub and merge requests at GitLab; the one that is open already is found again.</summary>
internal sealed class PullRequests(TargetSecrets secrets, TargetHttp http)
{
    /// <summary>Its page; empty where nobody is asked to open one. <c>delivery.pull_request_failed</c>.</summary>
    public async ValueTask<Result<string>> OpenAsync(Actor actor, ReleaseOrder order, KserveSettings settings, CancellationToken cancel)
    {
        if (settings.Git?.PullRequests is not { } requests || (await secrets.OpenAsync(actor, order.Target.Environment, cancel)).GetValueOrDefault(TargetSecrets.Api) is not { } token)
            return "";
        var (head, root) = (GitState.BranchOf(order.DeliveryId), requests.ApiUrl.TrimEnd('/'));
        var title = $"Deliver {order.Model} {order.Version} to {order.Target.Environment}";
        var body = $"Delivery `{order.DeliveryId}` of `{order.Model}` version {order.Version} for {order.Target.Environment}. Merging deploys it; reverting the merge rolls it back.\n\n{order.Justification}".Trim();
        var github = requests.Kind == "github";
        var list = github ? $"{root}/repos/{requests.Project}/pulls" : $"{root}/projects/{Uri.EscapeDataString(requests.Project)}/merge_requests";
        var asked = github
            ? new JsonObject { ["title"] = title, ["head"] = head, ["base"] = settings.Git.Branch, ["body"] = body }
            : new JsonObject { ["title"] = title, ["source_branch"] = head, ["target_branch"] = settings.Git.Branch, ["description"] = body };
        // One that is open for the branch is taken: a delivery that is repeated opens none again.
        var filter = github ? $"?state=open&head={Uri.EscapeDataString(requests.Project.Split('/')[0] + ":" + head)}" : $"?state=opened&source_branch={Uri.EscapeDataString(head)}";
        if ((await CallAsync(HttpMethod.Get, list + filter, null, token, github, cancel)).Failed(out var failure, out var open))
            return failure;
        if (open is JsonArray { Count: > 0 } found)
            return Page(found[0]);
        return (await CallAsync(HttpMethod.Post, list, asked, token, github, cancel)).Failed(out failure, out var made) ? failure : Page(made);
    }

    private static string Page(JsonNode? request) => (string?)(request?["html_url"] ?? request?["web_url"]) ?? "";

    private async ValueTask<Result<JsonNode?>> CallAsync(HttpMethod method, string address, JsonObject? body, string token, bool github, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Orrery", "1"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(github ? "application/vnd.github+json" : "application/json"));
        if (github)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else
            request.Headers.Add("PRIVATE-TOKEN", token);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if ((await http.SendAsync(request, cancel)).Failed(out var away, out var answer))
            return away;
        if (answer.Status is < 200 or > 299)
            return Failure.Unavailable("delivery.pull_request_failed", $"The pull request could not be opened: {method} {new Uri(address).AbsolutePath} answered {answer.Status} {answer.Short}.");
        try
        {
            return JsonNode.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return Failure.Unavailable("delivery.pull_request_failed", "The API of pull requests answered no JSON.");
        }
    }
}
