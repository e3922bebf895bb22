using System.Globalization;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Changes a deployment by what it is now, and begins anew when somebody else was faster.</summary>
internal static class DeploymentChange
{
    private const int Tries = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);

    /// <summary>Reads, changes and writes.</summary>
    /// <param name="session">The verb at work.</param>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="change">What it is to be, from what it is; null for none.</param>
    /// <param name="deadline">Until when to wait for a version that was registered just now.</param>
    public static async Task<Deployment> ApplyAsync(
        Session session, string environment, string name, Func<Deployment?, DeploymentSpec> change, DateTimeOffset deadline)
    {
        for (var attempt = 1; ; attempt++)
        {
            var now = await FindAsync(session, environment, name);
            try
            {
                return await PutAsync(session, environment, name, change(now), now?.Revision ?? 0, deadline);
            }
            catch (OrreryApiException conflict) when (conflict.ErrorCode == "serving.revision_conflict" && attempt < Tries)
            {
                session.Output.Remark($"{name} in {environment} was changed by somebody else meanwhile; looking at it again.");
            }
        }
    }

    /// <summary>The same for one that must exist; 404 otherwise.</summary>
    public static async Task<Deployment> ChangeAsync(
        Session session, string environment, string name, Func<Deployment, DeploymentSpec> change, DateTimeOffset deadline)
    {
        await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
        return await ApplyAsync(
            session, environment, name, now => change(now ?? throw new InvalidDataException($"{name} in {environment} was removed meanwhile.")), deadline);
    }

    /// <summary>Writes; a version whose files the registry is still reading is waited for.</summary>
    public static async Task<Deployment> PutAsync(
        Session session, string environment, string name, DeploymentSpec spec, long? expected, DateTimeOffset deadline)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                return await session.Client.Deployments.PutAsync(environment, name, spec, expected, session.Cancel);
            }
            catch (OrreryApiException early) when (early.ErrorCode == "registry.package_not_read" && session.Host.Time.GetUtcNow() < deadline)
            {
                if (!told)
                    session.Output.Remark("The registry is reading the version's files ...");
                await Task.Delay(Look, session.Host.Time, session.Cancel);
            }
        }
    }

    /// <summary>A variant that must be there.</summary>
    /// <exception cref="UsageException">It is not; the message says which are.</exception>
    public static VariantSpec Variant(Deployment deployment, string variant) =>
        deployment.Spec.Variants.FirstOrDefault(one => one.Name == variant)
        ?? throw new UsageException(string.Create(
            CultureInfo.InvariantCulture, $"{deployment.Name} in {deployment.Environment} has no variant '{variant}'; it has {DeploymentText.Traffic(deployment.Spec)}."));

    private static async Task<Deployment?> FindAsync(Session session, string environment, string name)
    {
        try
        {
            return await session.Client.Deployments.GetAsync(environment, name, session.Cancel);
        }
        catch (OrreryApiException missing) when (missing.ErrorCode == "serving.deployment_not_found")
        {
            return null;
        }
    }
}
