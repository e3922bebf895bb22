using System.Net;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("short-pass1", "it has 11 characters")]
    [InlineData("my-name-is-Maria!", "contains the name")]
    [InlineData("aaaaaaabbbbbbb", "fewer than 5 different")]
    [InlineData("Password1234", "tried first")]
    [InlineData("correcthorsebatterystaple", "tried first")]
    public void Weak_passwords_are_refused_with_the_reason(string password, string reason)
    {
        var problem = PasswordRules.Problem(password, "maria");
        Assert.Equal("tenancy.weak_password", problem?.Code);
        Assert.Contains(reason, problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_uncommon_password_may_be_used() => Assert.Null(PasswordRules.Problem("plum-tractor-97", "maria"));

    [Theory]
    [InlineData(5, 30)]
    [InlineData(6, 60)]
    [InlineData(8, 240)]
    [InlineData(500, 1800)]
    public void The_lock_grows_with_each_failure_up_to_half_an_hour(long failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Passwords.LockFor(failures));

    [Fact]
    public void Addresses_of_one_ipv6_network_count_as_one()
    {
        Assert.Equal(KeyedLimiter.KeyOf(IPAddress.Parse("2001:db8::1")), KeyedLimiter.KeyOf(IPAddress.Parse("2001:db8::ffff:1")));
        Assert.NotEqual(KeyedLimiter.KeyOf(IPAddress.Parse("2001:db8::1")), KeyedLimiter.KeyOf(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Equal(KeyedLimiter.KeyOf(IPAddress.Parse("10.0.0.1")), KeyedLimiter.KeyOf(IPAddress.Parse("::ffff:10.0.0.1")));
    }
}
