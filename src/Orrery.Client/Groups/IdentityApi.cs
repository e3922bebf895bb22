using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on people, groups, service accounts and tokens. Native: an MLflow server answers 404.</summary>
public sealed class IdentityApi
{
    private readonly Wire _wire;

    internal IdentityApi(Wire wire) => _wire = wire;

    /// <summary>Makes the first administrator and turns identity on. 409 <c>tenancy.identity_on</c> when it is.</summary>
    public Task<Principal> InitAdminAsync(FirstAdministrator admin, CancellationToken cancel = default) =>
        _wire.NativeAsync<FirstAdministrator, Principal>("admin/init", admin, Repeat.IfNotActed, cancel);

    /// <summary>Who the server takes the caller for.</summary>
    public Task<Me> GetMeAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<Me>("me", cancel);

    /// <summary>Makes a token of the caller's own.</summary>
    public Task<CreatedAccessToken> CreateTokenAsync(NewAccessToken token, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewAccessToken, CreatedAccessToken>("tokens", token, Repeat.IfNotActed, cancel);

    /// <summary>Makes a token of a service account.</summary>
    public Task<CreatedAccessToken> CreateTokenAsync(string serviceAccountId, NewAccessToken token, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewAccessToken, CreatedAccessToken>(
            $"service-accounts/{Uri.EscapeDataString(serviceAccountId)}/tokens", token, Repeat.IfNotActed, cancel);

    /// <summary>One page of the caller's own tokens, newest first.</summary>
    public Task<AccessTokenPage> ListTokensAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<AccessTokenPage>(new Query("tokens").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Ends a token of the caller's own.</summary>
    public Task RevokeTokenAsync(string tokenId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync("tokens/" + Uri.EscapeDataString(tokenId), cancel);

    /// <summary>One page of the people, by name.</summary>
    public Task<PrincipalPage> ListPeopleAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<PrincipalPage>(new Query("people").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Makes a person.</summary>
    public Task<Principal> CreatePersonAsync(NewPerson person, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewPerson, Principal>("people", person, Repeat.IfNotActed, cancel);

    /// <summary>Disables a person, or enables them again.</summary>
    public Task<Principal> SetPersonStateAsync(string personId, PrincipalState state, CancellationToken cancel = default) =>
        _wire.NativeAsync<PrincipalState, Principal>(Person(personId) + "/state", state, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Deletes a person with their grants and tokens.</summary>
    public Task DeletePersonAsync(string personId, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Person(personId), cancel);

    /// <summary>Says that a person is somebody at the identity provider. 409 <c>tenancy.sso_linked_elsewhere</c> when another person is.</summary>
    public Task<SsoLink> LinkPersonAsync(string personId, NewSsoLink link, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewSsoLink, SsoLink>(Person(personId) + "/sso-link", link, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Takes back who a person is at the identity provider, and ends their sessions.</summary>
    public Task UnlinkPersonAsync(string personId, CancellationToken cancel = default) => _wire.DeleteNativeAsync(Person(personId) + "/sso-link", cancel);

    /// <summary>Says which value of the identity provider's groups claim puts people into a group.</summary>
    public Task<Principal> SetGroupExternalNameAsync(string groupId, GroupExternalName name, CancellationToken cancel = default) =>
        _wire.NativeAsync<GroupExternalName, Principal>($"groups/{Uri.EscapeDataString(groupId)}/external-name", name, Repeat.Always, cancel, HttpMethod.Put);

    private static string Person(string personId) => "people/" + Uri.EscapeDataString(personId);
}
