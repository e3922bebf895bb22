using Microsoft.AspNetCore.Builder;

namespace Orrery.Tenancy;

/// <summary>What a caller needs to be allowed to use an endpoint. Every endpoint carries one, or says that it is open to all.</summary>
/// <param name="Permission">Dotted, module first: <c>tracking.write</c>; null for an endpoint open to everybody.</param>
public sealed record PermissionMetadata(string? Permission);

/// <summary>Declares permissions on endpoints.</summary>
public static class PermissionEndpoints
{
    /// <summary>The endpoint needs this permission in the request's workspace.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, string permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PermissionMetadata(permission));

    /// <summary>The endpoint is open to everybody: health, version, documentation.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PermissionMetadata(Permission: null));
}
