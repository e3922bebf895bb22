using Orrery.Contracts;

namespace Orrery.Client;

/// <summary>Calls on people, groups, service accounts and tokens. Native: an MLflow server answers 404.</summary>
public sealed class IdentityApi
{
    private const string Devices = "device-authorizations";
    private const string SecondFactor = "me/second-factor";
    private const string ServiceAccounts = "service-accounts";

    private readonly Wire _wire;

    internal IdentityApi(Wire wire) => _wire = wire;

    /// <summary>Makes the first administrator and turns identity on. 409 <c>tenancy.identity_on</c> when it is.</summary>
    public Task<Principal> InitAdminAsync(FirstAdministrator admin, CancellationToken cancel = default) =>
        _wire.NativeAsync<FirstAdministrator, Principal>("admin/init", admin, Repeat.IfNotActed, cancel);

    /// <summary>Who the server takes the caller for.</summary>
    public Task<Me> GetMeAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<Me>("me", cancel);

    /// <summary>The session of the cookie that is sent, with the token that changes need; 401 <c>tenancy.session_ended</c> without one.</summary>
    public Task<WebSession> GetSessionAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<WebSession>("session", cancel);

    /// <summary>Makes a token of the caller's own.</summary>
    public Task<CreatedAccessToken> CreateTokenAsync(NewAccessToken token, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewAccessToken, CreatedAccessToken>("tokens", token, Repeat.IfNotActed, cancel);

    /// <summary>Asks for the two codes with which a program without a browser is let in by a person.</summary>
    public Task<DeviceAuthorization> BeginDeviceAuthorizationAsync(NewDeviceAuthorization device, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewDeviceAuthorization, DeviceAuthorization>(Devices, device, Repeat.IfNotActed, cancel);

    /// <summary>
    /// The token of a program that a person let in. 400 <c>authorization_pending</c> and <c>slow_down</c> while it has to ask again,
    /// <c>access_denied</c>, <c>expired_token</c> and <c>invalid_grant</c> when that is of no use.
    /// </summary>
    public Task<CreatedAccessToken> TakeDeviceTokenAsync(DeviceTokenRequest request, CancellationToken cancel = default) =>
        _wire.NativeAsync<DeviceTokenRequest, CreatedAccessToken>(Devices + "/token", request, Repeat.IfNotActed, cancel);

    /// <summary>The program that waits with a code, for a person with a browser's session. 404 <c>tenancy.device_code_not_found</c>.</summary>
    public Task<WaitingDevice> GetDeviceAuthorizationAsync(string userCode, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<WaitingDevice>(One(Devices, userCode), cancel);

    /// <summary>Lets the program in that waits with a code. For a person with a browser's session.</summary>
    public Task<WaitingDevice> ApproveDeviceAuthorizationAsync(string userCode, CancellationToken cancel = default) =>
        _wire.NativeAsync<WaitingDevice>(HttpMethod.Post, One(Devices, userCode) + "/approve", Repeat.IfNotActed, cancel);

    /// <summary>Does not let the program in that waits with a code. For a person with a browser's session.</summary>
    public Task<WaitingDevice> DenyDeviceAuthorizationAsync(string userCode, CancellationToken cancel = default) =>
        _wire.NativeAsync<WaitingDevice>(HttpMethod.Post, One(Devices, userCode) + "/deny", Repeat.IfNotActed, cancel);

    /// <summary>Makes a token of a service account.</summary>
    public Task<CreatedAccessToken> CreateTokenAsync(string serviceAccountId, NewAccessToken token, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewAccessToken, CreatedAccessToken>(
            $"service-accounts/{Uri.EscapeDataString(serviceAccountId)}/tokens", token, Repeat.IfNotActed, cancel);

    /// <summary>One page of the caller's own tokens, newest first.</summary>
    public Task<AccessTokenPage> ListTokensAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<AccessTokenPage>(new Query("tokens").With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>One page of the tokens of a person (<c>usr_...</c>) or a service account (<c>svc_...</c>), newest first.</summary>
    public Task<AccessTokenPage> ListTokensAsync(string ownerId, int? limit, string? pageToken, CancellationToken cancel = default) =>
        _wire.GetNativeAsync<AccessTokenPage>(new Query(TokensOf(ownerId)).With("limit", limit).With("page_token", pageToken), cancel);

    /// <summary>Ends a token of the caller's own.</summary>
    public Task RevokeTokenAsync(string tokenId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync("tokens/" + Uri.EscapeDataString(tokenId), cancel);

    /// <summary>Ends a token of a person (<c>usr_...</c>) or a service account (<c>svc_...</c>).</summary>
    public Task RevokeTokenAsync(string ownerId, string tokenId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync($"{TokensOf(ownerId)}/{Uri.EscapeDataString(tokenId)}", cancel);

    /// <summary>Changes the caller's password, which needs the present one, and ends their sessions.</summary>
    public Task SetOwnPasswordAsync(NewPassword password, CancellationToken cancel = default) =>
        _wire.NativeAsync("me/password", password, Repeat.IfNotActed, cancel, HttpMethod.Put);

    /// <summary>Whether the caller has a second factor.</summary>
    public Task<SecondFactorStatus> GetSecondFactorAsync(CancellationToken cancel = default) => _wire.GetNativeAsync<SecondFactorStatus>(SecondFactor, cancel);

    /// <summary>Makes a secret for the caller's authenticator.</summary>
    public Task<SecondFactorSetup> BeginSecondFactorAsync(BeginSecondFactor begin, CancellationToken cancel = default) =>
        _wire.NativeAsync<BeginSecondFactor, SecondFactorSetup>(SecondFactor, begin, Repeat.IfNotActed, cancel);

    /// <summary>Makes the begun secret a factor; answers the recovery codes. 401 <c>tenancy.wrong_code</c>.</summary>
    public Task<RecoveryCodes> ConfirmSecondFactorAsync(ConfirmSecondFactor confirm, CancellationToken cancel = default) =>
        _wire.NativeAsync<ConfirmSecondFactor, RecoveryCodes>(SecondFactor + "/confirm", confirm, Repeat.IfNotActed, cancel);

    /// <summary>Makes new recovery codes in the place of all others.</summary>
    public Task<RecoveryCodes> ReplaceRecoveryCodesAsync(SecondFactorProof proof, CancellationToken cancel = default) =>
        _wire.NativeAsync<SecondFactorProof, RecoveryCodes>(SecondFactor + "/recovery-codes", proof, Repeat.IfNotActed, cancel);

    /// <summary>Removes the caller's second factor.</summary>
    public Task<SecondFactorStatus> RemoveSecondFactorAsync(SecondFactorProof proof, CancellationToken cancel = default) =>
        _wire.NativeAsync<SecondFactorProof, SecondFactorStatus>(SecondFactor, proof, Repeat.IfNotActed, cancel, HttpMethod.Delete);

    /// <summary>One page of the people, by name.</summary>
    public Task<PrincipalPage> ListPeopleAsync(int? limit, string? pageToken, CancellationToken cancel = default) => ListAsync("people", limit, pageToken, cancel);

    /// <summary>One page of the people with a text in their name, display name or address, by name.</summary>
    public Task<PrincipalPage> SearchPeopleAsync(string? text, int? limit, string? pageToken, CancellationToken cancel = default) => ListAsync("people", limit, pageToken, cancel, text);

    /// <summary>Makes a person.</summary>
    public Task<Principal> CreatePersonAsync(NewPerson person, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewPerson, Principal>("people", person, Repeat.IfNotActed, cancel);

    /// <summary>Disables a person, or enables them again.</summary>
    public Task<Principal> SetPersonStateAsync(string personId, PrincipalState state, CancellationToken cancel = default) =>
        SetStateAsync("people", personId, state, cancel);

    /// <summary>Gives a person another password and ends their sessions.</summary>
    public Task SetPersonPasswordAsync(string personId, NewPassword password, CancellationToken cancel = default) =>
        _wire.NativeAsync(One("people", personId) + "/password", password, Repeat.IfNotActed, cancel, HttpMethod.Put);

    /// <summary>Removes the second factor of a person who lost it, and ends their sessions.</summary>
    public Task RemoveSecondFactorOfAsync(string personId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync(One("people", personId) + "/second-factor", cancel);

    /// <summary>Deletes a person with their grants and tokens.</summary>
    public Task DeletePersonAsync(string personId, CancellationToken cancel = default) => _wire.DeleteNativeAsync(One("people", personId), cancel);

    /// <summary>One page of the groups, by name.</summary>
    public Task<PrincipalPage> ListGroupsAsync(int? limit, string? pageToken, CancellationToken cancel = default) => ListAsync("groups", limit, pageToken, cancel);

    /// <summary>One page of the groups with a text in their name, display name or address, by name.</summary>
    public Task<PrincipalPage> SearchGroupsAsync(string? text, int? limit, string? pageToken, CancellationToken cancel = default) => ListAsync("groups", limit, pageToken, cancel, text);

    /// <summary>Makes a group.</summary>
    public Task<Principal> CreateGroupAsync(NewGroup group, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewGroup, Principal>("groups", group, Repeat.IfNotActed, cancel);

    /// <summary>Disables a group, whose members lose its roles, or enables it again.</summary>
    public Task<Principal> SetGroupStateAsync(string groupId, PrincipalState state, CancellationToken cancel = default) =>
        SetStateAsync("groups", groupId, state, cancel);

    /// <summary>Deletes a group with its grants; its members stay.</summary>
    public Task DeleteGroupAsync(string groupId, CancellationToken cancel = default) => _wire.DeleteNativeAsync(One("groups", groupId), cancel);

    /// <summary>One page of a group's members, by name.</summary>
    public Task<PrincipalPage> ListMembersAsync(string groupId, int? limit, string? pageToken, CancellationToken cancel = default) =>
        ListAsync(One("groups", groupId) + "/members", limit, pageToken, cancel);

    /// <summary>Puts a person or a service account into a group.</summary>
    public Task AddMemberAsync(string groupId, string memberId, CancellationToken cancel = default) =>
        _wire.PutNativeAsync(Member(groupId, memberId), cancel);

    /// <summary>Takes a person or a service account out of a group.</summary>
    public Task RemoveMemberAsync(string groupId, string memberId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync(Member(groupId, memberId), cancel);

    /// <summary>One page of the service accounts, by name.</summary>
    public Task<PrincipalPage> ListServiceAccountsAsync(int? limit, string? pageToken, CancellationToken cancel = default) =>
        ListAsync(ServiceAccounts, limit, pageToken, cancel);

    /// <summary>One page of the service accounts with a text in their name or display name, by name.</summary>
    public Task<PrincipalPage> SearchServiceAccountsAsync(string? text, int? limit, string? pageToken, CancellationToken cancel = default) =>
        ListAsync(ServiceAccounts, limit, pageToken, cancel, text);

    /// <summary>One person (<c>usr_...</c>); 404 <c>tenancy.principal_not_found</c>.</summary>
    public Task<Principal> GetPersonAsync(string personId, CancellationToken cancel = default) => _wire.GetNativeAsync<Principal>(One("people", personId), cancel);

    /// <summary>One group (<c>grp_...</c>); 404 <c>tenancy.principal_not_found</c>.</summary>
    public Task<Principal> GetGroupAsync(string groupId, CancellationToken cancel = default) => _wire.GetNativeAsync<Principal>(One("groups", groupId), cancel);

    /// <summary>One service account (<c>svc_...</c>); 404 <c>tenancy.principal_not_found</c>.</summary>
    public Task<Principal> GetServiceAccountAsync(string accountId, CancellationToken cancel = default) => _wire.GetNativeAsync<Principal>(One(ServiceAccounts, accountId), cancel);

    /// <summary>Who a person is at the identity provider; 404 where they sign in here.</summary>
    public Task<SsoLink> GetSsoLinkAsync(string personId, CancellationToken cancel = default) => _wire.GetNativeAsync<SsoLink>(One("people", personId) + "/sso-link", cancel);

    /// <summary>Makes a service account of a workspace.</summary>
    public Task<Principal> CreateServiceAccountAsync(NewServiceAccount account, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewServiceAccount, Principal>(ServiceAccounts, account, Repeat.IfNotActed, cancel);

    /// <summary>Disables a service account and its tokens, or enables it again.</summary>
    public Task<Principal> SetServiceAccountStateAsync(string accountId, PrincipalState state, CancellationToken cancel = default) =>
        SetStateAsync(ServiceAccounts, accountId, state, cancel);

    /// <summary>Deletes a service account with its grants and tokens.</summary>
    public Task DeleteServiceAccountAsync(string accountId, CancellationToken cancel = default) =>
        _wire.DeleteNativeAsync(One(ServiceAccounts, accountId), cancel);

    /// <summary>Says that a person is somebody at the identity provider. 409 <c>tenancy.sso_linked_elsewhere</c> when another person is.</summary>
    public Task<SsoLink> LinkPersonAsync(string personId, NewSsoLink link, CancellationToken cancel = default) =>
        _wire.NativeAsync<NewSsoLink, SsoLink>(One("people", personId) + "/sso-link", link, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>Takes back who a person is at the identity provider, and ends their sessions.</summary>
    public Task UnlinkPersonAsync(string personId, CancellationToken cancel = default) => _wire.DeleteNativeAsync(One("people", personId) + "/sso-link", cancel);

    /// <summary>Says which value of the identity provider's groups claim puts people into a group.</summary>
    public Task<Principal> SetGroupExternalNameAsync(string groupId, GroupExternalName name, CancellationToken cancel = default) =>
        _wire.NativeAsync<GroupExternalName, Principal>(One("groups", groupId) + "/external-name", name, Repeat.Always, cancel, HttpMethod.Put);

    /// <summary>The person of a name, however it is written; null when there is none.</summary>
    public Task<Principal?> FindPersonAsync(string name, CancellationToken cancel = default) => FindAsync("people", name, cancel);

    /// <summary>The group of a name; null when there is none.</summary>
    public Task<Principal?> FindGroupAsync(string name, CancellationToken cancel = default) => FindAsync("groups", name, cancel);

    /// <summary>The service account of a name; null when there is none.</summary>
    public Task<Principal?> FindServiceAccountAsync(string name, CancellationToken cancel = default) => FindAsync(ServiceAccounts, name, cancel);

    private static string One(string kind, string id) => $"{kind}/{Uri.EscapeDataString(id)}";

    private static string Member(string groupId, string memberId) => $"{One("groups", groupId)}/members/{Uri.EscapeDataString(memberId)}";

    private static string TokensOf(string ownerId) =>
        One(ownerId.StartsWith("svc_", StringComparison.Ordinal) ? ServiceAccounts : "people", ownerId) + "/tokens";

    private async Task<Principal?> FindAsync(string path, string name, CancellationToken cancel) =>
        (await _wire.GetNativeAsync<PrincipalPage>(new Query(path).With("name", name), cancel).ConfigureAwait(false)).Principals is [{ } found, ..] ? found : null;

    private Task<PrincipalPage> ListAsync(string path, int? limit, string? pageToken, CancellationToken cancel, string? text = null) =>
        _wire.GetNativeAsync<PrincipalPage>(new Query(path).With("q", text).With("limit", limit).With("page_token", pageToken), cancel);

    private Task<Principal> SetStateAsync(string kind, string id, PrincipalState state, CancellationToken cancel) =>
        _wire.NativeAsync<PrincipalState, Principal>(One(kind, id) + "/state", state, Repeat.Always, cancel, HttpMethod.Put);
}
