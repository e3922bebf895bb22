using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Orrery.Tenancy;

/// <summary>Says for the API's description what endpoints answer that write their answers themselves.</summary>
public static class WrittenAnswers
{
    /// <summary>It writes a record of the contracts as JSON.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="status">The status that it goes with.</param>
    public static IEndpointConventionBuilder Writes<T>(this IEndpointConventionBuilder endpoint, int status = StatusCodes.Status200OK) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), ["application/json"]));

    /// <summary>It writes bytes of one of some media types, with status 200.</summary>
    public static IEndpointConventionBuilder WritesBytes(this IEndpointConventionBuilder endpoint, params string[] contentTypes) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(byte[]), contentTypes));

    /// <summary>It has nothing to say.</summary>
    public static IEndpointConventionBuilder WritesNothing(this IEndpointConventionBuilder endpoint, int status = StatusCodes.Status204NoContent) =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status));
}
