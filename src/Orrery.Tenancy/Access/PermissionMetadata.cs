using Microsoft.AspNetCore.Builder;

namespace Orrery.Tenancy;

/// <summary>What a caller needs to be allowed to use an endpoint. Every endpoint carries one, or says that it is open to all.</summary>
/// <param name="Permission">Dotted, module first: <c>tracking.write</c>; null for an endpoint open to everybody.</param>
public sealed record PermissionMetadata(string? Permission)
{
    /// <summary>Kind of the objects that the endpoint holds apart for callers with a right to some only (<c>Actor.Limits</c>); null when it cannot.</summary>
    public string? ObjectKind { get; init; }
}

/// <summary>Declares permissions on endpoints.</summary>
public static class PermissionEndpoints
{
    /// <summary>The endpoint needs this permission in the request's workspace.</summary>
    /// <param name="endpoint">Of a module.</param>
    /// <param name="permission">Of the catalogue.</param>
    /// <param name="objectKind">Given only by an endpoint that obeys <c>Actor.Limits</c>: the kind of object it acts on.</param>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, string permission, string? objectKind = null)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PermissionMetadata(permission) { ObjectKind = objectKind });

    /// <summary>The endpoint is open to everybody: health, version, documentation.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PermissionMetadata(Permission: null));
}
