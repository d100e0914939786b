using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

/// <summary>What stays of a message: the words that its author wrote, and nothing that a shop or a person did.</summary>
public sealed class MessageMaskTests
{
    [Theory]
    [InlineData("The product was not found.", "The product was not found.")]
    [InlineData("The product 1008 was not found.", "The product … was not found.")]
    [InlineData("The product BOWL-WOOD was not found.", "The product … was not found.")]
    [InlineData("The product bowl-wood-12 was not found.", "The product … was not found.")]
    [InlineData("The product 'wooden bowl, red' was not found.", "The product … was not found.")]
    [InlineData("The product “wooden bowl” was not found.", "The product … was not found.")]
    [InlineData("The customer jane.doe@example.org isn't known", "The customer … isn't known")]
    [InlineData("The customer Jane Doe isn't known", "The customer … isn't known")]
    [InlineData("Jane Doe isn't known", "… isn't known")]
    [InlineData("Call +49 (0)30 1234-567 back", "… back")]
    [InlineData("No order for 山田太郎", "No order for …")]
    [InlineData("Id 01KAR3M9QK0000000000000000, trace 4bf92f3577b34da6a3ce929d0e0e4736", "… trace …")]
    [InlineData("Failed: https://shop.example/orders?email=jane@example.org", "Failed: …")]
    [InlineData("Failed at 'an open quote by jane", "Failed at …")]
    [InlineData("Shopify refuses the token. No stock is read or set there. Install the app again.", "… refuses the token. No stock is read or set there. Install the app again.")]
    [InlineData("The order failed. Jane Doe called. Not again!", "The order failed. … called. Not again!")]
    [InlineData("first line\nsecond line", "first line")]
    [InlineData("", "")]
    [InlineData(" ' ", "…")]
    public void Only_lower_case_words_outside_of_quotes_stay(string message, string masked) => Assert.Equal(masked, MessageMask.FirstLine(message));

    [Fact]
    public void Ten_thousand_messages_that_differ_only_in_ids_are_one() => Assert.Single(
        Enumerable.Range(0, 10_000)
            .Select(number => MessageMask.FirstLine(string.Create(CultureInfo.InvariantCulture, $"The order #{number} of customer{number}@example.org names the SKU 'SKU {number}', which is unknown.")))
            .Distinct());

    [Fact]
    public void Long_messages_are_cut() => Assert.True(MessageMask.FirstLine(string.Join(' ', Enumerable.Repeat("word", 10_000))).Length <= 300);
}
