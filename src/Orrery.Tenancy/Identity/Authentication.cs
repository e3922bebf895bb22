using Microsoft.AspNetCore.Http;
using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Finds out who sent a request.</summary>
public sealed class Authentication
{
    internal Authentication()
    {
    }

    /// <summary>True once identity is turned on: every call then needs a name. Asked for each request; cheap.</summary>
    public bool IsOn { get; }

    /// <summary>Who sent the request: <see cref="Caller.LocalAdmin"/> while identity is off.</summary>
    /// <returns>The caller, or a failure of kind <see cref="FailureKind.Unauthenticated"/>.</returns>
    public ValueTask<Result<Caller>> AuthenticateAsync(HttpContext context, CancellationToken cancel) => new(
        IsOn ? new Failure(FailureKind.Unauthenticated, "tenancy.unauthenticated", "You are not authenticated.") : Caller.LocalAdmin);
}
