using EventTracking.Core.Notifications;

namespace EventTracking.Tests.Rules.Notifications;

/// <summary>Where a notification leads: to a screen of the console, wherever that is.</summary>
public sealed class NotificationLinkTests
{
    [Theory]
    [InlineData("https://desk.example", "shopify", "Comeback", "https://desk.example/#/failures?cause=shopify")]
    [InlineData("https://desk.example/", "shopify", "Recovered", "https://desk.example/#/failures?cause=shopify")]
    [InlineData("https://desk.example/live", "a cause & more", "NewGroup", "https://desk.example/live/#/failures?cause=a%20cause%20%26%20more")]
    [InlineData("https://desk.example/live/?a=b#/stock", "replay 42", "ReplayStopped", "https://desk.example/live/#/replays/42")]
    [InlineData("https://desk.example/live", "events that wait", "WaitingTooLong", "https://desk.example/live/#/waiting")]
    [InlineData("https://desk.example/live", "dead letters", "DeadLetters", "https://desk.example/live/#/overview")]
    [InlineData("https://desk.example/live", "source shopify", "SilentSource", "https://desk.example/live/#/events?source=shopify")]
    [InlineData("https://desk.example/live", "several notifications", "Digest", "https://desk.example/live/#/overview")]
    public void It_opens_a_screen_and_keeps_the_path_of_the_service(string service, string subject, string kind, string link) =>
        Assert.Equal(link, NotificationLink.Of(new Uri(service), subject, Enum.Parse<NotificationKind>(kind)));
}
