using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Tenancy;
using Xunit;

namespace Orrery.Tests.Integration;

/// <summary>Deny by default: walks everything that the server maps.</summary>
public sealed partial class EndpointTests
{
    [Fact]
    public async Task Every_mapped_endpoint_declares_a_permission_or_that_it_is_open_to_all()
    {
        await using var server = await ServerInProcess.StartAsync();
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints;

        var undeclared = endpoints.Where(endpoint => !IsDeclared(endpoint.Metadata)).Select(endpoint => endpoint.DisplayName).Distinct();

        Assert.NotEmpty(endpoints);
        Assert.True(!undeclared.Any(), $"{string.Join('\n', undeclared)}\n\nAdd RequirePermission(\"module.verb\") or OpenToAll() to the endpoint or its group.");
    }

    private static bool IsDeclared(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<PermissionMetadata>() is { } declared
            ? declared.Permission is null || Permission.IsMatch(declared.Permission)
            : metadata.GetMetadata<IAllowAnonymous>() is not null;

    [GeneratedRegex("^[a-z]+(\\.[a-z]+(-[a-z]+)*)+$")]
    private static partial Regex Permission { get; }
}
