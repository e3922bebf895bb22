using Microsoft.Extensions.DependencyInjection;
using Orrery.Storage;

namespace Orrery.Audit;

/// <summary>Audit: who did what, when and from where, in a form that cannot be changed unseen. Owns tables <c>aud_*</c>.</summary>
public static class AuditModule
{
    /// <summary>Adds the trail.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddMigrations("aud", typeof(AuditModule).Assembly)
        .AddSingleton<AuditLog>();
}
