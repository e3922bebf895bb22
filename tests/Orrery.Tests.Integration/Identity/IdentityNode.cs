using Microsoft.AspNetCore.Http;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>What one server has of identity.</summary>
internal sealed class IdentityNode : IDisposable
{
    private readonly FailureLimiter _limiter;
    private readonly NamelessLimiter _nameless;

    public IdentityNode(Db db, TimeProvider time, IdentityOptions? options = null, byte? key = null)
    {
        options ??= new() { FailureBurst = 1000 };
        var epoch = Epoch = new AccessEpoch(db, options);
        var audit = TestAudit.Log(db, time);
        var secret = new byte[SecretBox.KeyBytes];
        secret[0] = key ?? 0;
        _limiter = new(options);
        var box = new SecretBox(secret);
        SecondFactors = new(db, box, audit, epoch, _limiter, time);
        Trail = new(db, audit, time);
        Passwords = new(db, audit, epoch, SecondFactors, _limiter, Trail, time);
        Uses = new(db, time);
        var access = Access = new AccessControl(db, epoch, time);
        Tokens = new(db, audit, epoch, Uses, _limiter, access, time);
        Sessions = new(db, audit, options, time);
        _nameless = new(options);
        Devices = new(db, audit, Tokens, box, _limiter, _nameless, time);
        Principals = new(db, audit, epoch, time);
        Grants = new(db, access, epoch, [], audit, time);
        Authentication = new(db, Tokens, Passwords, Sessions, epoch);
    }

    public AccessEpoch Epoch { get; }

    public AccessControl Access { get; }

    public SecondFactors SecondFactors { get; }

    public Passwords Passwords { get; }

    public SignInTrail Trail { get; }

    public TokenUses Uses { get; }

    public Tokens Tokens { get; }

    public Sessions Sessions { get; }

    public DeviceAuthorizations Devices { get; }

    public Principals Principals { get; }

    public Grants Grants { get; }

    public Authentication Authentication { get; }

    public ValueTask<Result<Caller>> AuthenticateAsync(HttpContext context) =>
        Authentication.AuthenticateAsync(context, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Uses.Dispose();
        Trail.Dispose();
        Passwords.Dispose();
        _limiter.Dispose();
        _nameless.Dispose();
    }
}
