using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Api.Webhooks;
using FluentValidation;

namespace EventTracking.Api.Replay;

/// <summary>How to run an event again. Unknown members are rejected: a misspelt one would change what happens.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayRequest
{
    /// <summary>The reason, which is kept in the record.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }

    /// <summary>Also replays an event that is already completed or dismissed.</summary>
    public bool Force { get; init; }

    /// <summary>Another payload. It creates a new event, caused by this one; this event does not change.</summary>
    public EditedPayload? Payload { get; init; }
}

/// <summary>A payload to run instead of the original, either as text or as base64.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EditedPayload
{
    /// <summary>The body as text.</summary>
    public string? Body { get; init; }

    /// <summary>The body as base64, for data that is not text.</summary>
    [Base64Text]
    public string? BodyBase64 { get; init; }

    /// <summary>The media type of the body. The default is that of the original payload.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? ContentType { get; init; }

    public byte[] ToBytes() => Body is null ? Convert.FromBase64String(BodyBase64 ?? "") : Encoding.UTF8.GetBytes(Body);
}

internal sealed class ReplayRequestValidator : AbstractValidator<ReplayRequest>
{
    private static readonly string TooLarge = string.Create(CultureInfo.InvariantCulture, $"Must be at most {RequestBody.Limit} bytes long.");

    public ReplayRequestValidator()
    {
        RuleFor(request => request.Reason).IsShort();
        When(request => request.Payload is not null, () =>
        {
            RuleFor(request => request.Payload!.Body)
                .Must((request, body) => body is null != (request.Payload!.BodyBase64 is null)).WithMessage("Give either 'body' or 'bodyBase64'.")
                .Must(body => body is null || Encoding.UTF8.GetByteCount(body) <= RequestBody.Limit).WithMessage(TooLarge);
            RuleFor(request => request.Payload!.BodyBase64)
                .Must(text => text is null || Base64.IsValid(text)).WithMessage("Must be base64.")
                .Must(text => text is null || !Base64.IsValid(text, out var length) || length <= RequestBody.Limit).WithMessage(TooLarge);
            RuleFor(request => request.Payload!.ContentType).IsContentType();
        });
    }
}
