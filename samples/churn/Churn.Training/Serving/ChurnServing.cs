using System.Collections.Concurrent;
using Orrery.Client;
using Orrery.Contracts;
using Spectre.Console;

namespace Churn;

/// <summary>The end of the story: the champion answers in staging, the challenger beside it for a tenth of the customers, and both are asked.</summary>
internal sealed class ChurnServing(OrreryClient client, ChurnGrpc? grpc, IAnsiConsole console, bool hasFeatures, TimeProvider time)
{
    public const string Environment = "staging";
    public const string CustomerHeader = "X-Customer-Id";
    private const int CanaryPercent = 10;
    private const int AtOnce = 8;
    private const int Shown = 3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Deploys and asks; false on a server that serves no models, as MLflow's.</summary>
    /// <param name="champion">Version that answers.</param>
    /// <param name="challenger">Version of the canary.</param>
    /// <param name="unseen">Customers whose predictions are shown.</param>
    /// <param name="customers">Customers who are shared among the versions.</param>
    /// <param name="cancel">Breaks off.</param>
    /// <exception cref="InvalidDataException">The deployment failed, or an answer differs between the protocols.</exception>
    public async Task<bool> ServeAsync(
        string champion, string challenger, IReadOnlyList<ServedCustomer> unseen, IReadOnlyList<ServedCustomer> customers, CancellationToken cancel)
    {
        Deployment deployment;
        try
        {
            deployment = await DeployAsync(champion, challenger, cancel);
        }
        catch (OrreryApiException absent) when (absent.IsNotFound && !absent.ErrorCode.Contains('.', StringComparison.Ordinal))
        {
            console.MarkupLine("[bold]Serving [/]  skipped: this server serves no models");
            return false;
        }

        console.MarkupLineInterpolated(
            $"[bold]Serving [/]  {deployment.Name} in {deployment.Environment}, revision {deployment.Revision}: version {champion} for {100 - CanaryPercent} %, version {challenger} (canary) for {CanaryPercent} %");
        console.Write(await PredictionsAsync(unseen, cancel));
        if (hasFeatures)
            console.MarkupLineInterpolated($"[bold]By key  [/]  asked by customer_id alone, with features looked up online by {ChurnFeatures.InputService}, the answers are the same");
        await SplitAsync(customers, challenger, cancel);
        return true;
    }

    private async Task<Deployment> DeployAsync(string champion, string challenger, CancellationToken cancel)
    {
        var spec = new DeploymentSpec
        {
            Variants = [Variant("stable", champion, 100 - CanaryPercent), Variant("canary", challenger, CanaryPercent)],
            Sticky = new StickySpec { Header = CustomerHeader },
            // Every prediction can be traced to what it came of.
            Log = new PredictionLogSpec(),
        };
        var until = time.GetUtcNow() + Patience;
        var deployment = await PutAsync(spec, until, cancel);
        while (deployment.State != "ready")
        {
            if (deployment.Nodes.FirstOrDefault(static node => node.State == "failed") is { } failed)
                throw new InvalidDataException($"The model could not be served: {failed.Reason}");
            if (time.GetUtcNow() > until)
                throw new InvalidDataException($"The model was not ready within {Patience.TotalSeconds} seconds.");
            await Task.Delay(Look, time, cancel);
            deployment = await client.Deployments.GetAsync(Environment, ChurnStory.ModelName, cancel);
        }

        return deployment;
    }

    // A version that was registered just now is deployed as soon as the registry has its own copy.
    private async Task<Deployment> PutAsync(DeploymentSpec spec, DateTimeOffset until, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await client.Deployments.PutAsync(Environment, ChurnStory.ModelName, spec, cancel: cancel);
            }
            catch (OrreryApiException early) when (early.ErrorCode == "registry.package_not_read" && time.GetUtcNow() < until)
            {
                await Task.Delay(Look, time, cancel);
            }
        }
    }

    private async Task<Spectre.Console.Table> PredictionsAsync(IReadOnlyList<ServedCustomer> customers, CancellationToken cancel)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Rounded);
        foreach (var column in new[] { "Customer", "Contract", "Internet" })
            table.AddColumn(column);
        foreach (var column in new[] { "Months", "$ a month", "Leaves (V1)", "(V2)", "(gRPC)", "Version" })
            table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("And did");
        foreach (var customer in customers.Where(static one => one.Facts.Left).Take(Shown).Concat(customers.Where(static one => !one.Facts.Left).Take(Shown)))
        {
            var v1 = ChurnRequests.OfV1((await client.Deployments.PredictAsync(Environment, ChurnStory.ModelName, ChurnRequests.V1(customer), By(customer), cancel)).Body);
            var (v2, version) = await AskV2Async(customer, cancel);
            if (v1 != v2)
                throw new InvalidDataException($"{customer.Id}: V1 answered {v1}, V2 {v2}, for the same customer.");
            var called = grpc is null ? ((double Leaves, string Version)?)null : await grpc.AskAsync(customer, cancel);
            // JSON has the shortest digits that give the same float again.
            if (called is { } raw && ((float)v2 != (float)raw.Leaves || version != raw.Version))
                throw new InvalidDataException($"{customer.Id}: gRPC answered {raw.Leaves} by version {raw.Version}, V2 {v2} by {version}, for the same customer.");
            if (hasFeatures && await AskByKeyAsync(customer, cancel) is var byKey && byKey != v1)
                throw new InvalidDataException($"{customer.Id}: with features that were looked up the answer is {byKey}, with those of training {v1}.");
            table.AddRow(
                customer.Id, Markup.Escape(customer.Facts.Contract), Markup.Escape(customer.Facts.InternetService), $"{customer.Facts.TenureMonths}",
                $"{customer.Facts.MonthlyCharges:F2}", $"{v1:P1}", $"{v2:P1}", called is { } shown ? $"{shown.Leaves:P1}" : "", version, customer.Facts.Left ? "leave" : "stay");
        }

        return table;
    }

    private async Task SplitAsync(IReadOnlyList<ServedCustomer> customers, string challenger, CancellationToken cancel)
    {
        var versions = await VersionsAsync(customers, cancel);
        var ofCanary = customers.Where(customer => versions[customer.Id] == challenger).ToList();
        var again = await VersionsAsync(ofCanary, cancel);
        var stayed = again.Values.Count(version => version == challenger);
        console.MarkupLineInterpolated(
            $"[bold]Canary  [/]  version {challenger} answered {ofCanary.Count:N0} of {customers.Count:N0} customers ({(double)ofCanary.Count / customers.Count:P1}); asked again, {stayed:N0} of them met it again");
    }

    private async Task<IReadOnlyDictionary<string, string>> VersionsAsync(IReadOnlyList<ServedCustomer> customers, CancellationToken cancel)
    {
        var versions = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(
            customers,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (customer, stop) => versions[customer.Id] = (await AskV2Async(customer, stop)).Version);
        return versions;
    }

    private async Task<double> AskByKeyAsync(ServedCustomer customer, CancellationToken cancel) =>
        ChurnRequests.OfV1((await client.Deployments.PredictAsync(Environment, ChurnStory.ModelName, ChurnRequests.ByKey(customer), By(customer), cancel)).Body);

    private async Task<(double Leaves, string Version)> AskV2Async(ServedCustomer customer, CancellationToken cancel) =>
        ChurnRequests.OfV2((await client.Deployments.InferAsync(Environment, ChurnStory.ModelName, ChurnRequests.V2(customer), By(customer), cancel)).Body);

    private static AskOptions By(ServedCustomer customer) => new() { Headers = new Dictionary<string, string> { [CustomerHeader] = customer.Id } };

    private VariantSpec Variant(string name, string version, int weight) => new()
    {
        Name = name,
        Model = ChurnStory.ModelName,
        Version = version,
        Weight = weight,
        Output = OnnxGraph.Probabilities,
        Features = hasFeatures ? new FeatureLookupSpec { Project = ChurnFeatures.Project, Service = ChurnFeatures.InputService, Columns = ChurnFeatures.Inputs } : null,
    };
}
