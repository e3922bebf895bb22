using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Audit: who did what, when and from where, in a form that cannot be changed unseen. Owns tables <c>aud_*</c>.</summary>
public static class AuditModule
{
    /// <summary>Adds the trail. Needs Storage with its secrets and blobs.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="options">How it is kept; null for the defaults.</param>
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddMigrations("aud", typeof(AuditModule).Assembly)
            .AddSingleton(options ?? new())
            .AddSingleton<AuditMetrics>()
            .AddSingleton<Subjects>()
            .AddSingleton<Sealer>()
            .AddSingleton<SigningKeys>()
            .AddSingleton<Checkpoints>()
            .AddSingleton(static p => new DocumentSigner(p.GetRequiredService<SigningKeys>()))
            .AddSingleton<Anchors>()
            .AddSingleton<Retention>()
            .AddSingleton(static p => new AuditLog(
                p.GetRequiredService<Sealer>(), p.GetRequiredService<Subjects>(), p.GetRequiredService<AuditMetrics>(), p.GetRequiredService<TimeProvider>()))
            .AddSingleton(static p => new AuditTrail(
                p.GetRequiredService<Db>(), p.GetRequiredService<AuditLog>(), p.GetRequiredService<Sealer>(), p.GetRequiredService<Subjects>(),
                p.GetRequiredService<SigningKeys>(), p.GetRequiredService<Checkpoints>()))
            .AddHostedService(static p => new SealingLoop(
                p.GetRequiredService<Db>(), p.GetRequiredService<Sealer>(), p.GetRequiredService<Checkpoints>(), p.GetRequiredService<Anchors>(),
                p.GetRequiredService<Retention>(), p.GetRequiredService<Subjects>(), p.GetRequiredService<AuditOptions>(),
                p.GetRequiredService<AuditMetrics>(), p.GetRequiredService<ServerIdentity>(), p.GetRequiredService<ILogger<SealingLoop>>(), p.GetRequiredService<TimeProvider>()));
    }
}
