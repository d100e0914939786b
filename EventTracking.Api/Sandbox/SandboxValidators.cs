using System.Globalization;
using EventTracking.Api.Validation;
using EventTracking.Stock.Connectors.Brightpearl;
using FluentValidation;

namespace EventTracking.Api.Sandbox;

/// <summary>Validates the requests of the control routes.</summary>
internal static class SandboxValidators
{
    private const string Missing = "Must be given.";
    private const int MaxQuantity = 1_000_000;
    private const int MaxSkuLength = 255;
    private const int MaxPrefixLength = 100;
    private const int MaxIdLength = 12;
    private const int MaxCalls = 10_000;

    private static readonly string TooLong = string.Create(CultureInfo.InvariantCulture, $"Must have at most {MaxSkuLength} characters.");

    public static IServiceCollection AddSandboxValidators(this IServiceCollection services) => services
        .AddRequestValidator(For<ItemIdRequest>(rules => rules.RuleFor(request => request.InventoryItemId).IsItemId()))
        .AddRequestValidator(For<BrightpearlIdRequest>(rules => rules.RuleFor(request => request.ProductId).IsProductId()))
        .AddRequestValidator(For<SetAvailableRequest>(rules => rules.RuleFor(request => request.Available).NotNull().WithMessage(Missing)))
        .AddRequestValidator(For<SetOnHandRequest>(rules =>
        {
            rules.RuleFor(request => request.OnHand).NotNull().WithMessage(Missing);
            rules.RuleFor(request => request.WarehouseId).Must(text => text is null || RuleExtensions.TryParseId(text, out _)).WithMessage("Must be the id of a warehouse: a positive whole number.");
        }))
        .AddRequestValidator(For<ChangeItemRequest>(rules => rules.RuleFor(request => request.Sku)
            .Must((request, sku) => sku is not null || request.Tracked is not null).WithMessage("Give 'sku', 'tracked' or both.")
            .MaximumLength(MaxSkuLength).WithMessage(TooLong)))
        .AddRequestValidator(For<SetLevelRequest>(rules => rules.RuleFor(request => request.Level).NotNull().WithMessage(Missing)))
        .AddRequestValidator(For<ChangeProductRequest>(rules => rules.RuleFor(request => request.Sku)
            .Must((request, sku) => sku is not null || request.StockTracked is not null).WithMessage("Give 'sku', 'stockTracked' or both.")
            .MaximumLength(MaxSkuLength).WithMessage(TooLong)))
        .AddRequestValidator(For<SwapSkuRequest>(rules => rules.RuleFor(request => request.With)
            .Must(text => RuleExtensions.TryParseId(text, out _)).WithMessage("Must be the id of another product of this side.")))
        .AddRequestValidator(For<OrderRequest>(rules => rules.RuleFor(request => request.Quantity)
            .Must(quantity => quantity is >= 1 and <= MaxQuantity).WithMessage($"Must be a whole number from 1 to {MaxQuantity}.")))
        .AddRequestValidator(For<SetVisibilityRequest>(rules => rules.RuleFor(request => request.Visible).NotNull().WithMessage(Missing)))
        .AddRequestValidator(For<SetSettingsRequest>(rules => rules.RuleFor(request => request.Echo).NotNull().WithMessage(Missing)))
        .AddRequestValidator(For<SendWebhookRequest>(rules => rules.RuleFor(request => request.IdSet)
            .Custom((text, context) =>
            {
                if (!BrightpearlIdSet.TryParse(text, out _, out var reason))
                {
                    context.AddFailure($"Not a valid Brightpearl id set: {reason}.");
                }
            })))
        .AddRequestValidator(For<SetLimitRequest>(rules =>
        {
            rules.RuleFor(request => request.Calls).Must(calls => calls is >= 1 and <= MaxCalls).WithMessage($"Must be a whole number from 1 to {MaxCalls}.");
            rules.RuleFor(request => request.PeriodSeconds).Must(seconds => seconds is null or (>= 0.1 and <= 60)).WithMessage("Must be a number from 0.1 to 60.");
        }))
        .AddRequestValidator(For<MakeCallsRequest>(rules => rules.RuleFor(request => request.Count)
            .Must(count => count is >= 1 and <= MaxCalls).WithMessage($"Must be a whole number from 1 to {MaxCalls}.")))
        .AddRequestValidator(For<AddProductRequest>(AddProductRules))
        .AddRequestValidator(For<SeedProductsRequest>(SeedProductsRules))
        .AddRequestValidator(For<SetShopifyFaultRequest>(rules =>
        {
            AddFaultRules(rules);
            rules.RuleFor(request => request.Kind).Must(kind => kind is not SandboxFaultKind.Incomplete).WithMessage("'incomplete' is a fault of Brightpearl only.");
        }))
        .AddRequestValidator(For<SetBrightpearlFaultRequest>(rules =>
        {
            AddFaultRules(rules);
            rules.RuleFor(request => request.Kind).Must(kind => kind is not (SandboxFaultKind.Stale or SandboxFaultKind.ThrottledWithoutCode))
                .WithMessage("'stale' and 'throttled-without-code' are faults of Shopify only.");
        }));

    private static void AddProductRules(InlineValidator<AddProductRequest> rules)
    {
        rules.RuleFor(request => request.Sku).Must(sku => !string.IsNullOrWhiteSpace(sku)).WithMessage(Missing);
        rules.RuleFor(request => request.ProductId)
            .Must((request, id) => id is not null || request.InventoryItemId is not null).WithMessage("Give 'productId', 'inventoryItemId' or both.");
        rules.RuleFor(request => request.ProductId).IsProductId();
        rules.RuleFor(request => request.InventoryItemId).IsItemId();
    }

    private static void SeedProductsRules(InlineValidator<SeedProductsRequest> rules)
    {
        rules.RuleFor(request => request.Count)
            .Must(count => count is >= 1 and <= SeedProductsRequest.MaxCount).WithMessage($"Must be a whole number from 1 to {SeedProductsRequest.MaxCount}.");
        rules.RuleFor(request => request.FirstProductId).IsProductId();
        rules.RuleFor(request => request.FirstProductId).Must(text => text is null || text.Length <= MaxIdLength).WithMessage("Must have at most 12 digits.");
        rules.RuleFor(request => request.SkuPrefix).MaximumLength(MaxPrefixLength).WithMessage($"Must have at most {MaxPrefixLength} characters.");
    }

    private static void AddFaultRules<T>(InlineValidator<T> rules)
        where T : SetFaultRequest
    {
        rules.RuleFor(request => request.Kind).NotNull().WithMessage(Missing);
        rules.RuleFor(request => request.Count).Must(count => count is null or >= 1).WithMessage("Must be at least 1.");
        rules.RuleFor(request => request.RetryAfter).Must(seconds => seconds is null or >= 0).WithMessage("Must be at least 0.");
    }

    private static InlineValidator<T> For<T>(Action<InlineValidator<T>> add)
    {
        var rules = new InlineValidator<T>();
        add(rules);
        return rules;
    }

    private static void IsItemId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || RuleExtensions.TryParseId(text, out _)).WithMessage("Must be an inventory item id: a positive whole number.");
}
