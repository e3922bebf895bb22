using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Testing;

/// <summary>The modules that have tables.</summary>
public static class Modules
{
    // In the order of their tiers.
    private static readonly (string Prefix, string Assembly)[] All =
        [
            ("aud", "Orrery.Audit"), ("ten", "Orrery.Tenancy"), ("lin", "Orrery.Lineage"), ("fts", "Orrery.Features"), ("trk", "Orrery.Tracking"),
            ("reg", "Orrery.Registry"), ("srv", "Orrery.Serving"), ("gov", "Orrery.Governance"), ("dlv", "Orrery.Delivery"),
        ];

    /// <summary>Adds the migrations of all modules that the test project references, as the server does.</summary>
    public static IServiceCollection AddModuleMigrations(this IServiceCollection services)
    {
        foreach (var (prefix, name) in All.Where(static module => File.Exists(Path.Combine(AppContext.BaseDirectory, module.Assembly + ".dll"))))
        {
            if (Assembly.Load(name) is var assembly && assembly.GetManifestResourceNames().Any(static n => n.Contains(".Migrations.", StringComparison.Ordinal)))
                services.AddMigrations(prefix, assembly);
        }

        return services;
    }
}
