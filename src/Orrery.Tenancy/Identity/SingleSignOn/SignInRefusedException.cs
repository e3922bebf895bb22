using Orrery.Kernel;

namespace Orrery.Tenancy;

/// <summary>Carries a refusal out through ASP.NET's handler, which knows no other way.</summary>
internal sealed class SignInRefusedException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure => failure;
}
