using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;

namespace EventTracking.Api.WebConsole;

/// <summary>Whose key a request was made with.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="Role">What the key allows.</param>
/// <param name="Sandbox">Whether the sandbox is on, as in Development.</param>
/// <param name="Swagger">Whether Swagger UI is on.</param>
internal sealed record CallerResponse(string Name, [OneOf("Role", Roles.Viewer, Roles.Operator)] string Role, bool Sandbox, bool Swagger);
